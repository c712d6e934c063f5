import { createBlockExecutor } from '@stackctl/execution';
import { PartialState, sealHeader, transactionCommitment } from '@stackctl/state';
import {
  type BlockContext,
  type BlockHeader,
  type ExecutedBlock,
  type Felt,
  feltToHex,
  isStackError,
  type StateReader,
} from '@stackctl/types';
import { rejected } from '../public-memory.ts';
import { checkedClasses } from './checked-classes.ts';
import { followHeaders, type StorageWitness } from './storage-witness.ts';
import { TranscriptRunner } from './transcript-runner.ts';
import type { BlockTranscript, ReplayClasses, ReplayedBlock, ReplayVerdict } from './types.ts';
import { decodeStorageWitness } from './witness-codec.ts';

/** The fee tokens' well-known addresses: the same on every chain of this kind. */
const STRK = 0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938dn;
const ETH = 0x49d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7n;

/** What a block may hold is its builders' affair: the replay bounds nothing. */
const UNLIMITED = {
  transactions: Number.POSITIVE_INFINITY,
  steps: Number.POSITIVE_INFINITY,
  l2Gas: 2n ** 128n,
  events: Number.POSITIVE_INFINITY,
  messages: Number.POSITIVE_INFINITY,
};

/**
 * Whether a block's header follows from its parent's state by its transactions, given what its calls were
 * proven to have done. No contract runs: the executor of the nodes does, on the transcript. Never throws
 * for bad input; what it takes for granted: README.md, "The replay".
 */
export function replayBlock(
  transcript: BlockTranscript,
  block: ReplayedBlock,
  classes: ReplayClasses,
  witness: Uint8Array,
): ReplayVerdict {
  try {
    // 0. Genesis is given: there is no parent to follow from.
    if (block.header.number === 0) return givenBlock(transcript, block);
    // 1. The parent's state: down the chain of headers, and into its tries.
    const { headers, state: proof } = decodeStorageWitness(witness);
    const ancestry = followHeaders(block.header, headers);
    const parent = new PartialState(ancestry.stateRoot, proof);
    // 2. The transactions, with the calls that were proven.
    const replayed = replayCalls(transcript, block, classes, parent, ancestry.oldHash);
    // 3. The new state root, and with it the header.
    const root = parent.rootAfter(replayed.executed.stateDiff);
    requireSame(
      sealHeader(contextOf(block), block.header.parentHash, root, replayed.executed),
      block,
    );
    if (parent.hasUnused) throw rejected('the storage witness opens more than the block touches');
    return { ok: true, unvalidated: replayed.unvalidated };
  } catch (error) {
    if (isStackError(error, 'PROOF_REJECTED')) return { ok: false, reason: error.facts.reason };
    if (isStackError(error)) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The part of `opened` that the block's replay needs: what its witness should hold. */
export function neededWitness(
  transcript: BlockTranscript,
  block: ReplayedBlock,
  classes: ReplayClasses,
  opened: StorageWitness,
): { readonly witness: StorageWitness } | { readonly missing: Felt } {
  const ancestry = followHeaders(block.header, opened.headers);
  const parent = new PartialState(ancestry.stateRoot, opened.state);
  try {
    const { executed } = replayCalls(transcript, block, classes, parent, ancestry.oldHash);
    parent.rootAfter(executed.stateDiff);
  } catch (error) {
    const missing = parent.contractNodes.missing ?? parent.classNodes.missing;
    if (!isStackError(error, 'PROOF_REJECTED') || missing === undefined) throw error;
    return { missing };
  }
  return { witness: { headers: opened.headers, state: parent.needed() } };
}

function replayCalls(
  transcript: BlockTranscript,
  block: ReplayedBlock,
  classes: ReplayClasses,
  parent: StateReader,
  oldHash: Felt | undefined,
): { readonly executed: ExecutedBlock; readonly unvalidated: readonly number[] } {
  const runner = new TranscriptRunner(transcript);
  const executor = createBlockExecutor({
    context: contextOf(block),
    state: parent,
    classes: checkedClasses(classes, parent, block.transactions),
    blockHash: () => oldHash,
    limits: UNLIMITED,
    runner,
  });
  const unvalidated: number[] = [];
  for (const [index, hashed] of block.transactions.entries()) {
    const { validates } = runner.begin(index);
    if (!validates && hashed.transaction.type !== 'L1_HANDLER') unvalidated.push(index);
    const outcome = executor.execute(hashed, { skipValidate: !validates });
    if ('rejected' in outcome)
      throw rejected(`transaction ${index} cannot be included: ${outcome.rejected.message}`);
  }
  runner.end();
  return { executed: executor.finish(), unvalidated };
}

function contextOf({ chainId, header }: ReplayedBlock): BlockContext {
  const { number, timestamp, sequencerAddress, gasPrices, starknetVersion } = header;
  const fees = { strkFeeToken: STRK, ethFeeToken: ETH };
  return { chainId, number, timestamp, sequencerAddress, gasPrices, starknetVersion, ...fees };
}

/** Says which part of the header differs; the hash covers all of them. */
function requireSame(replayed: BlockHeader, { header }: ReplayedBlock): void {
  const names = {
    transactionCommitment: 'transactions',
    receiptCommitment: 'receipts',
    eventCommitment: 'events',
    stateDiffCommitment: 'state diff',
    stateRoot: 'state root',
  } as const;
  for (const name of Object.keys(names) as Array<keyof typeof names>)
    if (replayed[name] !== header[name])
      throw rejected(`replaying the calls gives another ${names[name]} than the header has`);
  if (replayed.hash !== header.hash)
    throw rejected(`replaying the calls gives block hash ${feltToHex(replayed.hash)}`);
}

function givenBlock({ calls, stopped }: BlockTranscript, block: ReplayedBlock): ReplayVerdict {
  if (calls.length > 0 || stopped.length > 0) throw rejected('the genesis block makes no calls');
  if (transactionCommitment(block.transactions) !== block.header.transactionCommitment)
    throw rejected('the transactions are not those that the header commits to');
  return { ok: true, unvalidated: [] };
}
