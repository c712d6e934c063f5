import { StackError } from '@stackctl/types';
import { createChain, type EthereumChain, HARDFORK } from './chain.ts';
import { IntervalMiner, type MiningInterval, parseInterval } from './interval-miner.ts';
import { Journal } from './journal.ts';
import type { GenesisRecord, Head, JournalRecord, RequestRecord } from './records.ts';
import { isMutation } from './records.ts';
import { RPC, RpcError, transactionOf } from './rpc-error.ts';
import type { Notification } from './websocket.ts';

export interface NodeOptions {
  readonly journalPath: string;
  /** The run that the chain belongs to; a journal of another run is refused. */
  readonly runId: string;
  readonly chainId: number;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Told of a failure after which the node must not go on (its journal cannot be written). */
  readonly onFatal: (error: unknown) => void;
}

/** Fields of a mined or pooled transaction that make up the request that sends it again. */
const SENT_FIELDS = [
  ['from', 'from'],
  ['to', 'to'],
  ['gas', 'gas'],
  ['value', 'value'],
  ['nonce', 'nonce'],
  ['input', 'data'],
  ['accessList', 'accessList'],
  ['authorizationList', 'authorizationList'],
  ['maxFeePerGas', 'maxFeePerGas'],
  ['maxPriorityFeePerGas', 'maxPriorityFeePerGas'],
] as const;

/**
 * A Hardhat chain that survives restarts. Every request that changes it is journaled, and on disk,
 * before its answer is given or another request runs; opening the journal runs them again, with
 * their blocks' timestamps, and checks that the same blocks come out.
 */
export class PersistentNode {
  readonly #chain: EthereumChain;
  readonly #journal: Journal<JournalRecord>;
  readonly #onFatal: (error: unknown) => void;
  readonly #miner: IntervalMiner;
  #head: Head;
  /** Tail of the line in which requests wait: one runs at a time, in the order in which they came. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(
    chain: EthereumChain,
    journal: Journal<JournalRecord>,
    onFatal: (error: unknown) => void,
    replayed: { readonly head: Head; readonly interval: MiningInterval },
  ) {
    this.#chain = chain;
    this.#journal = journal;
    this.#onFatal = onFatal;
    this.#head = replayed.head;
    this.#miner = new IntervalMiner(() => this.request('evm_mine', []).catch(() => undefined));
    this.#miner.set(replayed.interval);
  }

  /** Opens the chain that the journal tells of, or begins one. @throws StackError STALE_STATE, STORE_CORRUPT, DISK */
  static async open(options: NodeOptions): Promise<PersistentNode> {
    const journal = new Journal<JournalRecord>(options.journalPath);
    let [genesis] = journal.records;
    if (genesis === undefined) {
      const { runId, chainId, now: timestamp } = options;
      genesis = { kind: 'genesis', version: 1, runId, chainId, timestamp, hardfork: HARDFORK };
      journal.append(genesis);
    }
    checkGenesis(genesis, options);
    const chain = await createChain(genesis);
    const requests = journal.records.slice(1) as readonly RequestRecord[];
    const replayed = await replay(chain, requests, options.journalPath);
    return new PersistentNode(chain, journal, options.onFatal, replayed);
  }

  get head(): Head {
    return this.#head;
  }

  /** Bytes of an unfinished record that opening cut off. */
  get tornBytes(): number {
    return this.#journal.tornBytes;
  }

  /** Answers one request in its turn; throws what Hardhat throws, or an RpcError. */
  request(method: string, params: readonly unknown[]): Promise<unknown> {
    const run = (): Promise<unknown> => {
      if (this.#closed) throw new RpcError(RPC.unavailable, 'the node is stopping');
      return isMutation(method)
        ? this.#mutate(method, params)
        : this.#chain.request({ method, params });
    };
    const answer = this.#last.then(run);
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** News of eth_subscribe's subscriptions. */
  onNotification(listener: (notification: Notification) => void): void {
    this.#chain.onNotification(listener);
  }

  /** Finishes what runs, refuses the rest. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#miner.stop();
    await this.#last;
    this.#journal.close();
    await this.#chain.close();
  }

  async #mutate(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === 'evm_setIntervalMining') return await this.#setInterval(params);
    let result: unknown;
    try {
      result = await this.#chain.request({ method, params });
    } catch (error) {
      // A transaction that reverts is an error here, and mined.
      const head = await readHead(this.#chain);
      if (head.hash !== this.#head.hash) {
        await this.#record(method, await this.#repeatable(method, params, transactionOf(error)));
      }
      throw error;
    }
    await this.#record(method, await this.#repeatable(method, params, result));
    return result;
  }

  async #setInterval(params: readonly unknown[]): Promise<boolean> {
    const interval = parseInterval(params[0]);
    if (interval === undefined || params.length !== 1) {
      throw new RpcError(RPC.invalidParams, 'expected milliseconds, or [least, most] of them');
    }
    this.#miner.set(interval);
    await this.#record('evm_setIntervalMining', params);
    return true;
  }

  /** The parameters with which a request does the same again: defaults that depend on the clock or the pool are filled in. */
  async #repeatable(
    method: string,
    params: readonly unknown[],
    transactionHash: unknown,
  ): Promise<readonly unknown[]> {
    if (method !== 'eth_sendTransaction' || typeof transactionHash !== 'string') return params;
    const sent = (await this.#chain.request({
      method: 'eth_getTransactionByHash',
      params: [transactionHash],
    })) as Record<string, unknown> | null;
    if (sent === null) return params;
    const fields = SENT_FIELDS.filter(([name]) => (sent[name] ?? null) !== null).map(
      ([name, parameter]) => [parameter, sent[name]],
    );
    if ((sent.maxFeePerGas ?? null) === null) fields.push(['gasPrice', sent.gasPrice]);
    return [Object.fromEntries(fields)];
  }

  async #record(method: string, params: readonly unknown[]): Promise<void> {
    const before = this.#head;
    const head = await readHead(this.#chain);
    const mined = head.number > before.number;
    const record: RequestRecord = {
      kind: 'request',
      method,
      params,
      head: { number: head.number, hash: head.hash },
      ...(mined ? { minedAt: (await readHead(this.#chain, before.number + 1)).timestamp } : {}),
      clockOffset: await clockOffset(this.#chain),
    };
    try {
      this.#journal.append(record);
    } catch (error) {
      this.#closed = true;
      this.#onFatal(error);
      throw error;
    }
    this.#head = record.head;
  }
}

function checkGenesis(
  record: JournalRecord,
  { journalPath: path, runId, chainId }: NodeOptions,
): asserts record is GenesisRecord {
  if (record.kind !== 'genesis' || record.version !== 1) {
    throw new StackError('STORE_CORRUPT', { path, reason: 'does not begin with a genesis record' });
  }
  if (record.runId !== runId || record.chainId !== chainId) {
    const reason =
      `${path} holds the L1 of run ${record.runId} (chain ${record.chainId}), ` +
      `not of run ${runId} (chain ${chainId})`;
    throw new StackError('STALE_STATE', { reason });
  }
}

async function readHead(
  chain: EthereumChain,
  number?: number,
): Promise<Head & { readonly timestamp: number }> {
  const tag = number === undefined ? 'latest' : `0x${number.toString(16)}`;
  const block = (await chain.request({
    method: 'eth_getBlockByNumber',
    params: [tag, false],
  })) as { number: string; hash: string; timestamp: string };
  return { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) };
}

/** Seconds by which the chain's clock runs ahead of the wall clock. */
async function clockOffset(chain: EthereumChain): Promise<number> {
  return Number(await chain.request({ method: 'evm_increaseTime', params: [0] }));
}

/** Makes the recorded requests again, and sets the chain's clock to where it was. */
async function replay(
  chain: EthereumChain,
  records: readonly RequestRecord[],
  path: string,
): Promise<{ head: Head; interval: MiningInterval }> {
  let interval: MiningInterval = 0;
  let { number, hash }: Head = await readHead(chain);
  for (const [index, { method, params, head, minedAt }] of records.entries()) {
    if (method === 'evm_setIntervalMining') {
      interval = parseInterval(params[0]) ?? 0;
      continue;
    }
    // Blocks carry their timestamps: the clock is set once, at the end.
    if (method === 'evm_increaseTime') continue;
    if (minedAt !== undefined) {
      await chain.request({ method: 'evm_setNextBlockTimestamp', params: [minedAt] });
    }
    // A reverted transaction is an error again; whether it is the same shows in the block.
    await chain.request({ method, params }).catch(() => undefined);
    if (head.number === number && head.hash === hash) continue;
    ({ number, hash } = await readHead(chain));
    if (number !== head.number || hash !== head.hash) {
      throw new StackError('STORE_CORRUPT', {
        path,
        reason:
          `repeating record ${index + 1} (${method}) gives block ${number} ${hash}, ` +
          `not block ${head.number} ${head.hash}`,
      });
    }
  }
  const behind = (records.at(-1)?.clockOffset ?? 0) - (await clockOffset(chain));
  if (behind > 0) await chain.request({ method: 'evm_increaseTime', params: [behind] });
  return { head: { number, hash }, interval };
}
