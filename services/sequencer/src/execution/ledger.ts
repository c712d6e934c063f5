import { type ClassRegistry, createBlockExecutor, OverlaidRegistry } from '@stackctl/execution';
import { type StateDb, sealHeader } from '@stackctl/state';
import {
  type Block,
  type BlockContext,
  type BlockHeader,
  type Felt,
  type HashedTransaction,
  isStackError,
  type Receipt,
  StackError,
  type StateDiff,
  type StateReader,
  type TransactionTrace,
} from '@stackctl/types';
import type { ChainView } from '../chain-view.ts';
import { type ClassCache, createClassCache, type PackedClass } from '../classes/class-cache.ts';
import { createPendingClasses } from '../classes/pending-classes.ts';
import { NotCanonical } from '../codec/binary.ts';
import { decodeProposal, encodeProposal } from '../codec/proposal.ts';
import type { BlockStore } from '../store/block-store.ts';
import { blockPuts } from '../store/block-store.ts';
import { type ClassStore, classPuts } from '../store/class-store.ts';
import type { Database, Put } from '../store/database.ts';
import { BLOCK_LIMITS, blockContext, MAX_CLOCK_DRIFT_SECONDS } from './block-context.ts';
import { createBreather } from './breather.ts';
import { createTransactionHashes, type TransactionHashes } from './transaction-hashes.ts';

/** An executed block with the writes that make it final. */
export interface SealedBlock extends Block {
  /** The proposal that names it. */
  readonly value: Uint8Array;
  readonly puts: readonly Put[];
}

export interface BlockStart {
  readonly number: number;
  readonly timestamp: number;
  readonly sequencerAddress: Felt;
}

export type Added =
  | { readonly status: 'added'; readonly receipt: Receipt; readonly trace: TransactionTrace }
  /** It does not fit into this block. */
  | { readonly status: 'full' }
  | { readonly status: 'rejected'; readonly reason: string };

export interface BlockBuilder {
  readonly parent: BlockHeader;
  readonly context: BlockContext;
  readonly count: number;
  /** After what was added so far. */
  readonly state: StateReader;
  /** What was changed so far. */
  diff(): StateDiff;
  /** A DECLARE comes with its packed class, which is checked against the hashes that it names. */
  add(transaction: HashedTransaction, packedClass?: Uint8Array): Added;
  seal(): SealedBlock;
}

export type Execution =
  | { readonly status: 'executed'; readonly block: SealedBlock }
  | { readonly status: 'refused'; readonly reason: string };

/** The chain with its rules: what may follow the last block, and the writing of it. */
export interface Ledger extends ChainView {
  latest(): StateReader;
  startBlock(start: BlockStart): BlockBuilder;
  /**
   * Executes a proposal on top of the last block. Refuses what does not decode strictly, breaks a
   * rule of the chain, holds an invalid transaction or does not give the block hash it claims.
   */
  execute(value: Uint8Array, height: number, nowSeconds: number): Promise<Execution>;
  /** Makes a sealed block the last one; durable when the promise resolves. */
  commit(
    block: SealedBlock,
    decided: { readonly value: Uint8Array; readonly certificate: Uint8Array },
  ): Promise<void>;
}

export interface LedgerOptions {
  readonly chainId: Felt;
  /** Addresses of the validators: only they may be named as sequencers. */
  readonly sequencers: ReadonlySet<Felt>;
  readonly database: Database;
  readonly blocks: BlockStore;
  readonly classes: ClassStore;
  /** The same classes, ready to run. */
  readonly registry: ClassRegistry;
  readonly state: StateDb;
  readonly hashes?: TransactionHashes;
  /** Classes under way that this node has checked; of its own when absent. */
  readonly classCache?: ClassCache;
}

/** Throws STORE_CORRUPT when the store has no last block. */
export function createLedger(options: LedgerOptions): Ledger {
  const { chainId, sequencers, database, blocks, classes, registry, state } = options;
  const { hashes = createTransactionHashes(chainId), classCache = createClassCache() } = options;
  const number = blocks.head();
  const stored = number === undefined ? undefined : blocks.header(number);
  if (stored === undefined)
    throw new StackError('STORE_CORRUPT', { path: 'store', reason: 'no last block' });
  let head: BlockHeader = stored;

  /** The class of a declare; a text that says why it is refused. */
  const openClass = (
    { transaction }: HashedTransaction,
    packed: Uint8Array | undefined,
  ): PackedClass | string | undefined => {
    if (transaction.type !== 'DECLARE') return undefined;
    if (packed === undefined) return 'a declare without its class';
    try {
      const opened = classCache.open(packed);
      if (opened.classHash !== transaction.classHash) return 'a declare with another class';
      if (!opened.compilesTo(transaction.compiledClassHash))
        return 'a declare whose class compiles to something else';
      return opened;
    } catch (error) {
      if (isStackError(error, 'CLASS_MALFORMED')) return error.message;
      throw error;
    }
  };

  const startBlock = (start: BlockStart): BlockBuilder => {
    const parent = head;
    const context = blockContext({ chainId, ...start });
    // A class of this block is seen from its declare on, by this block alone.
    const pending = createPendingClasses();
    const declared: PackedClass[] = [];
    const executor = createBlockExecutor({
      context,
      state: state.reader(parent.number),
      classes: new OverlaidRegistry(registry, pending),
      blockHash: (old) => blocks.header(old)?.hash,
      limits: BLOCK_LIMITS,
    });
    return {
      parent,
      context,
      state: executor.state,
      diff: () => executor.diff(),
      get count() {
        return executor.used.transactions;
      },
      add(hashed, packedClass) {
        const { transaction } = hashed;
        const opened = openClass(hashed, packedClass);
        if (typeof opened === 'string') return { status: 'rejected', reason: opened };
        const earlier = opened && pending.get(opened.classHash);
        if (opened !== undefined && earlier === undefined && transaction.type === 'DECLARE')
          pending.set(opened, transaction.compiledClassHash);
        const outcome = executor.execute(hashed);
        if (!('rejected' in outcome)) {
          if (opened !== undefined) declared.push(opened);
          return { status: 'added', ...outcome };
        }
        if (opened !== undefined && earlier === undefined) pending.delete(opened.classHash);
        const { code, message } = outcome.rejected;
        return code === 'BLOCK_FULL'
          ? { status: 'full' }
          : { status: 'rejected', reason: `${code}: ${message}` };
      },
      seal() {
        const body = executor.finish();
        const { stateRoot, puts } = state.apply(body.stateDiff, start.number);
        const header = sealHeader(context, parent.hash, stateRoot, body);
        const value = encodeProposal({
          ...start,
          blockHash: header.hash,
          transactions: body.transactions.map((each) => each.transaction),
          classes: declared.map(({ packed }) => packed),
        });
        return { header, body, value, puts: [...puts, ...declared.flatMap(classPuts)] };
      },
    };
  };

  const refuse = (reason: string): Execution => ({ status: 'refused', reason });

  return {
    blocks,
    classes,
    head: () => head,
    latest: () => state.reader('latest'),
    stateAt: (block) => state.reader(block === head.number ? 'latest' : block),
    startBlock,

    async execute(value, height, nowSeconds) {
      let proposal: ReturnType<typeof decodeProposal>;
      try {
        proposal = decodeProposal(value);
      } catch (error) {
        if (error instanceof NotCanonical) return refuse(error.message);
        throw error;
      }
      const { number: claimed, timestamp, sequencerAddress, transactions, blockHash } = proposal;
      const classesLeft = proposal.classes.values();
      if (claimed !== height || height !== head.number + 1) return refuse('another height');
      if (!sequencers.has(sequencerAddress)) return refuse('an unknown sequencer');
      if (timestamp < head.timestamp) return refuse('older than its parent');
      if (timestamp > nowSeconds + MAX_CLOCK_DRIFT_SECONDS) return refuse('from the future');
      const builder = startBlock({ number: height, timestamp, sequencerAddress });
      const breathe = createBreather();
      for (const transaction of transactions) {
        // Nobody signs a message from L1, and no node follows L1 yet to know which are real.
        if (transaction.type === 'L1_HANDLER') return refuse('a message from L1');
        const hashed = { hash: hashes.of(transaction), transaction };
        const packedClass = transaction.type === 'DECLARE' ? classesLeft.next().value : undefined;
        const added = builder.add(hashed, packedClass);
        if (added.status === 'full') return refuse('above the capacity of a block');
        if (added.status === 'rejected') return refuse(added.reason);
        await breathe();
      }
      const block = builder.seal();
      return block.header.hash === blockHash
        ? { status: 'executed', block }
        : refuse('another block hash');
    },

    async commit(block, decided) {
      const { header, body, puts } = block;
      const { transactions, ...rest } = body;
      const transactionHashes = transactions.map((each) => each.hash);
      await database.write([
        ...puts,
        ...blockPuts({ header, transactionHashes, ...rest, decided }),
      ]);
      head = header;
    },
  };
}
