import {
  type BlockHeader,
  type Felt,
  type HashedTransaction,
  type Receipt,
  StackError,
  type StateDiff,
  type StateWitness,
  type TransactionTrace,
} from '@stackctl/types';
import {
  type Binary,
  decode,
  encode,
  felt,
  list,
  NotCanonical,
  struct,
  uint,
} from '../codec/binary.ts';
import { decodeProposal } from '../codec/proposal.ts';
import { header, receipt, stateDiff, trace, witness } from '../codec/records.ts';
import type { Database, Put } from './database.ts';
import { KEYS, numberOf } from './keys.ts';
import { createRecent } from './recent.ts';

/** Where a transaction stands. */
export interface TransactionPlace {
  readonly block: number;
  readonly index: number;
}

/** A final block as it is written. */
export interface StoredBlock {
  readonly header: BlockHeader;
  readonly transactionHashes: readonly Felt[];
  readonly receipts: readonly Receipt[];
  readonly traces: readonly TransactionTrace[];
  readonly stateDiff: StateDiff;
  readonly witness: StateWitness;
  /** Absent for the genesis block, which nobody voted on. */
  readonly decided?: { readonly value: Uint8Array; readonly certificate: Uint8Array };
}

const felts = list(felt);
const place: Binary<TransactionPlace> = struct<TransactionPlace>({ block: uint, index: uint });
const receipts = list(receipt);
const traces = list(trace);

/** The puts that make `block` the head; they go into one batch with those of its state. */
export function blockPuts(block: StoredBlock): Put[] {
  const { number, hash } = block.header;
  const puts: Put[] = [
    [KEYS.header(number), encode(header, block.header)],
    [KEYS.transactionHashes(number), encode(felts, block.transactionHashes)],
    [KEYS.receipts(number), encode(receipts, block.receipts)],
    [KEYS.traces(number), encode(traces, block.traces)],
    [KEYS.stateDiff(number), encode(stateDiff, block.stateDiff)],
    [KEYS.witness(number), encode(witness, block.witness)],
    [KEYS.block(hash), encode(uint, number)],
    [KEYS.head, Buffer.from(String(number))],
  ];
  if (block.decided !== undefined) {
    puts.push([KEYS.proposal(number), block.decided.value]);
    puts.push([KEYS.certificate(number), block.decided.certificate]);
  }
  const emitters = new Set(block.receipts.flatMap((r) => r.events.map((e) => e.fromAddress)));
  if (emitters.size > 0) puts.push([KEYS.emitters(number), encode(felts, [...emitters])]);
  for (const [index, transaction] of block.transactionHashes.entries())
    puts.push([KEYS.transaction(transaction), encode(place, { block: number, index })]);
  return puts;
}

/** Reads of the final blocks. Undefined means that there is no such block or transaction. */
export interface BlockStore {
  /** Number of the last block; undefined in a store without genesis. */
  head(): number | undefined;
  header(number: number): BlockHeader | undefined;
  numberOf(blockHash: Felt): number | undefined;
  placeOf(transactionHash: Felt): TransactionPlace | undefined;
  transactionHashes(number: number): readonly Felt[];
  transactions(number: number): readonly HashedTransaction[];
  receipts(number: number): readonly Receipt[];
  traces(number: number): readonly TransactionTrace[];
  stateDiff(number: number): StateDiff;
  witness(number: number): StateWitness;
  decided(number: number): { value: Uint8Array; certificate: Uint8Array } | undefined;
  /** Blocks in `[from, to]` in which a contract emitted events, ascending, at most `limit`. */
  blocksWithEvents(from: number, to: number, limit: number): Promise<readonly number[]>;
  /** Contracts that emitted events in the block. */
  emitters(number: number): ReadonlySet<Felt>;
}

/**
 * Readers over a database. Decoded parts of the last blocks are kept: clients that wait for their
 * transactions ask every node for the same block again and again.
 */
export function createBlockStore(database: Database, path: string): BlockStore {
  const headers = createRecent<number, BlockHeader>(256);
  const bodies = createRecent<number, readonly HashedTransaction[]>(32);
  const receiptLists = createRecent<number, readonly Receipt[]>(32);

  const read = <T>(key: string, codec: Binary<T>): T | undefined => {
    const bytes = database.get(key);
    if (bytes === undefined) return undefined;
    try {
      return decode(codec, bytes);
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
      const reason = `${key}: ${error.message}`;
      throw new StackError('STORE_CORRUPT', { path, reason }, { cause: error });
    }
  };
  /** What every block has. Asking for a block that does not exist is a mistake of the caller. */
  const must = <T>(key: string, codec: Binary<T>): T => {
    const value = read(key, codec);
    if (value === undefined)
      throw new StackError('STORE_CORRUPT', { path, reason: `${key} is missing` });
    return value;
  };

  const store: BlockStore = {
    head() {
      const bytes = database.get(KEYS.head);
      return bytes === undefined ? undefined : Number(Buffer.from(bytes).toString());
    },
    header: (number) => headers.get(number, () => read(KEYS.header(number), header)),
    numberOf: (blockHash) => read(KEYS.block(blockHash), uint),
    placeOf: (hash) => read(KEYS.transaction(hash), place),
    transactionHashes: (number) => must(KEYS.transactionHashes(number), felts),
    transactions(number) {
      const make = (): readonly HashedTransaction[] => {
        const hashes = store.transactionHashes(number);
        const value = database.get(KEYS.proposal(number));
        if (value === undefined) return [];
        return decodeProposal(value).transactions.map((transaction, index) => ({
          hash: hashes[index] as Felt,
          transaction,
        }));
      };
      return bodies.get(number, make) ?? [];
    },
    receipts: (number) =>
      receiptLists.get(number, () => must(KEYS.receipts(number), receipts)) ?? [],
    traces: (number) => must(KEYS.traces(number), traces),
    stateDiff: (number) => must(KEYS.stateDiff(number), stateDiff),
    witness: (number) => must(KEYS.witness(number), witness),
    decided(number) {
      const value = database.get(KEYS.proposal(number));
      const certificate = database.get(KEYS.certificate(number));
      return value === undefined || certificate === undefined ? undefined : { value, certificate };
    },
    async blocksWithEvents(from, to, limit) {
      const keys = await database.keys(KEYS.emitters(from), KEYS.emitters(to), limit);
      return keys.map(numberOf);
    },
    emitters: (number) => new Set(read(KEYS.emitters(number), felts) ?? []),
  };
  return store;
}
