import type { RpcClient } from '@stackctl/rpc';
import { backoffMs, type Clock, type Logger } from '@stackctl/runtime';
import { type Felt, feltToHex, StackError } from '@stackctl/types';
import type { ProofQueue } from '../queue/queue.ts';

/** What the service knows of the chain. */
export interface ChainView {
  /** Height of the chain as last read; -1 before the first answer. */
  height: number;
  /** Why the chain cannot be followed at the moment. */
  error: string | null;
}

export interface FollowerOptions {
  readonly rpc: Pick<
    RpcClient,
    'starknet_blockNumber' | 'starknet_getBlockWithTxHashes' | 'stackctl_nodeStatus'
  >;
  readonly queue: ProofQueue;
  readonly view: ChainView;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pollMs: number;
  /** The run and the chain that the nodes must be of. */
  readonly runId: string;
  readonly chainId: Felt;
}

/** Blocks that are read and queued together. */
const BATCH = 32;
const RETRY = { firstMs: 250, maxMs: 5_000 };

/**
 * Follows the chain until `signal`: every final block becomes a job, in order and with nothing left out.
 * A node that fails is the client's affair (it turns to the next); when none answers, this waits longer
 * each time.
 */
export async function followChain(options: FollowerOptions, signal: AbortSignal): Promise<void> {
  const { view, clock, log, pollMs } = options;
  let failures = 0;
  let isChecked = false;
  while (!signal.aborted) {
    let pause = pollMs;
    try {
      if (!isChecked) await checkRun(options);
      isChecked = true;
      await readNewBlocks(options, signal);
      if (view.error !== null) log.info('following the chain again', { height: view.height });
      view.error = null;
      failures = 0;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== view.error) log.warn('cannot follow the chain', { error });
      view.error = reason;
      pause = backoffMs(failures++, RETRY);
    }
    await clock.sleep(pause, signal).catch(() => undefined);
  }
}

/** The nodes must be of this run: proofs of another one would be filed under it. */
async function checkRun({ rpc, runId, chainId }: FollowerOptions): Promise<void> {
  const node = await rpc.stackctl_nodeStatus();
  if (node.runId === runId && node.chainId === chainId) return;
  const theirs = `run ${node.runId} on chain ${feltToHex(node.chainId)}`;
  throw new StackError('STALE_STATE', {
    reason: `the nodes are of ${theirs}, this is run ${runId} on chain ${feltToHex(chainId)}`,
  });
}

async function readNewBlocks(
  { rpc, queue, view }: FollowerOptions,
  signal: AbortSignal,
): Promise<void> {
  view.height = await rpc.starknet_blockNumber();
  while (queue.table.next <= view.height && !signal.aborted) {
    const first = queue.table.next;
    const count = Math.min(BATCH, view.height + 1 - first);
    const blocks = await Promise.all(
      Array.from({ length: count }, (_, index) => readRef(rpc, first + index)),
    );
    let parent = queue.table.lastHash;
    for (const { block, hash, parentHash } of blocks) {
      if (parent !== null && parentHash !== parent)
        throw new StackError('STALE_STATE', {
          reason: `block ${block} has the parent ${parentHash}, but block ${block - 1} was ${parent}`,
        });
      parent = hash;
    }
    queue.add(blocks);
  }
}

async function readRef(rpc: FollowerOptions['rpc'], block: number) {
  const view = await rpc.starknet_getBlockWithTxHashes({ block_id: { number: block } });
  if (view.status === 'PRE_CONFIRMED' || view.header.number !== block)
    throw new StackError('RPC_ERROR', {
      url: 'node',
      method: 'starknet_getBlockWithTxHashes',
      code: 0,
      message: `block ${block} is below the height, but not there`,
    });
  const { hash, parentHash } = view.header;
  return { block, hash: feltToHex(hash), parentHash: feltToHex(parentHash) };
}
