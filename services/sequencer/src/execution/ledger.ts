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
import { createPendingClasses, type PendingClasses } from '../classes/pending-classes.ts';
import { NotCanonical } from '../codec/binary.ts';
import { decodeProposal, encodeProposal, type Proposal } from '../codec/proposal.ts';
import type { Directive } from '../devnet/directive.ts';
import {
  applyDirectives,
  type ChainParameters,
  DIRECTIVE_LIMITS,
  type Directed,
  INITIAL_PARAMETERS,
  skipsValidation,
  timestampProblem,
} from '../devnet/parameters.ts';
import { appliedIn, parameterPuts, readParameters } from '../devnet/store.ts';
import type { BlockStore } from '../store/block-store.ts';
import { blockPuts } from '../store/block-store.ts';
import { type ClassStore, classPuts } from '../store/class-store.ts';
import type { Database, Put } from '../store/database.ts';
import { BLOCK_LIMITS, blockContext } from './block-context.ts';
import { createBreather } from './breather.ts';
import { createTransactionHashes, type TransactionHashes } from './transaction-hashes.ts';

/** An executed block with the writes that make it final. */
export interface SealedBlock extends Block {
  /** The proposal that names it. */
  readonly value: Uint8Array;
  readonly puts: readonly Put[];
  /** Applied before its transactions. */
  readonly directives: readonly Directive[];
  /** What the chain's parameters are with it. */
  readonly parameters: ChainParameters;
}

export interface BlockStart {
  readonly number: number;
  readonly timestamp: number;
  readonly sequencerAddress: Felt;
  /** Must be applicable (`applyDirectives`). */
  readonly directives?: readonly Directive[];
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
  /** Declared so far; nobody else knows them before the block is final. */
  readonly classes: PendingClasses;
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
  /** What directives have made of the chain so far. */
  parameters(): ChainParameters;
  /** Number of the block that applied this directive. */
  appliedIn(directive: Felt): number | undefined;
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
  /** Whether blocks may hold directives, and messages that nobody sent on L1. Default false. */
  readonly devnet?: boolean;
}

/** Throws STORE_CORRUPT when the store has no last block. */
export function createLedger(options: LedgerOptions): Ledger {
  const { chainId, sequencers, database, blocks, classes, registry, state } = options;
  const { hashes = createTransactionHashes(chainId), classCache = createClassCache() } = options;
  const { devnet = false } = options;
  const number = blocks.head();
  const stored = number === undefined ? undefined : blocks.header(number);
  if (stored === undefined)
    throw new StackError('STORE_CORRUPT', { path: 'store', reason: 'no last block' });
  let head: BlockHeader = stored;
  let parameters: ChainParameters = readParameters(database) ?? INITIAL_PARAMETERS;

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

  const startBlock = ({ directives = [], ...start }: BlockStart): BlockBuilder => {
    const parent = head;
    const directed = applyDirectives(parameters, directives, parent.timestamp);
    if (directed === undefined) throw new TypeError('directives that cannot be applied');
    const { gasPrices } = directed.parameters;
    const context = blockContext({ chainId, ...start, gasPrices });
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
      classes: pending,
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
        const skipValidate = skipsValidation(directed.parameters, transaction);
        const outcome = executor.execute(hashed, { skipValidate });
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
          ...(directives.length === 0 ? {} : { directives }),
        });
        const { parameters: after } = directed;
        const writes = [...puts, ...declared.flatMap(classPuts)];
        return { header, body, value, puts: writes, directives, parameters: after };
      },
    };
  };

  const refuse = (reason: string): Execution => ({ status: 'refused', reason });

  /** The parameters that a proposal's directives give, or why it may not hold them. */
  const direct = ({ directives = [] }: Proposal): Directed | string => {
    if (directives.length > 0 && !devnet) return 'directives on a chain that takes none';
    if (directives.length > DIRECTIVE_LIMITS.perBlock) return 'too many directives';
    const isApplied = (id: Felt) => appliedIn(database, id) !== undefined;
    const ids = new Set(directives.map(({ id }) => id));
    if (ids.size < directives.length || directives.some(({ id }) => isApplied(id)))
      return 'a directive that was applied before';
    const directed = applyDirectives(parameters, directives, head.timestamp);
    return directed ?? 'a directive that cannot be applied';
  };

  return {
    blocks,
    classes,
    head: () => head,
    latest: () => state.reader('latest'),
    parameters: () => parameters,
    appliedIn: (directive) => appliedIn(database, directive),
    stateAt: (block) => state.reader(block === head.number ? 'latest' : block),
    history: () => ({ blocks: state.historyBlocks, oldest: state.oldest }),
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
      const { directives = [] } = proposal;
      if (claimed !== height || height !== head.number + 1) return refuse('another height');
      if (!sequencers.has(sequencerAddress)) return refuse('an unknown sequencer');
      const directed = direct(proposal);
      if (typeof directed === 'string') return refuse(directed);
      const problem = timestampProblem(directed, timestamp, head.timestamp, nowSeconds);
      if (problem !== undefined) return refuse(problem);
      const builder = startBlock({ number: height, timestamp, sequencerAddress, directives });
      const breathe = createBreather();
      const messages = new Set<Felt>();
      for (const transaction of transactions) {
        const hashed = { hash: hashes.of(transaction), transaction };
        if (transaction.type === 'L1_HANDLER') {
          // Nobody signs a message from L1, and no node follows L1 yet to know which are real.
          if (!devnet) return refuse('a message from L1');
          // No nonce of an account keeps it from coming twice.
          if (messages.has(hashed.hash) || blocks.placeOf(hashed.hash) !== undefined)
            return refuse('a message from L1 that was handled before');
          messages.add(hashed.hash);
        }
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
      const { header, body, puts, directives } = block;
      const { transactions, ...rest } = body;
      const transactionHashes = transactions.map((each) => each.hash);
      await database.write([
        ...puts,
        ...blockPuts({ header, transactionHashes, ...rest, decided }),
        ...parameterPuts(header.number, directives, block.parameters),
      ]);
      head = header;
      parameters = block.parameters;
    },
  };
}
