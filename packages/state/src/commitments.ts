// Commitments of a block, Starknet >= 0.13.4 (starkware-libs/sequencer, crates/starknet_api/src/
// block_hash): lists are roots of Poseidon tries of height 64, a state diff is one long hash.
import { poseidonMany, starknetKeccak } from '@stackctl/crypto';
import {
  type Event,
  type Felt,
  type HashedTransaction,
  type Receipt,
  type StateDiff,
  shortString,
} from '@stackctl/types';
import { listRoot } from './trie/trie.ts';

/** Leaf of a transaction: its hash and signature. (Without one, as an L1 handler's, the hash alone.) */
export function transactionLeaf({ hash, transaction }: HashedTransaction): Felt {
  const signature = 'signature' in transaction ? transaction.signature : [];
  return poseidonMany([hash, ...signature]);
}

export function transactionCommitment(transactions: readonly HashedTransaction[]): Felt {
  return listRoot(transactions.map(transactionLeaf));
}

/** Leaf of an event: who emitted it in which transaction, keys and data with their counts. */
export function eventLeaf(event: Event, transactionHash: Felt): Felt {
  return poseidonMany([
    event.fromAddress,
    transactionHash,
    BigInt(event.keys.length),
    ...event.keys,
    BigInt(event.data.length),
    ...event.data,
  ]);
}

/** Over the events of all receipts, in order. */
export function eventCommitment(receipts: readonly Receipt[]): Felt {
  return listRoot(
    receipts.flatMap((receipt) =>
      receipt.events.map((event) => eventLeaf(event, receipt.transactionHash)),
    ),
  );
}

let noMessages: Felt | undefined;

function messagesHash(receipt: Receipt): Felt {
  if (receipt.messages.length === 0) {
    noMessages ??= poseidonMany([0n]);
    return noMessages;
  }
  const messages = receipt.messages.flatMap((message) => [
    message.fromAddress,
    message.toAddress,
    BigInt(message.payload.length),
    ...message.payload,
  ]);
  return poseidonMany([BigInt(receipt.messages.length), ...messages]);
}

/** Leaf of a receipt. L2 gas enters as 0, as in every version so far. */
export function receiptLeaf(receipt: Receipt): Felt {
  return poseidonMany([
    receipt.transactionHash,
    receipt.actualFee,
    messagesHash(receipt),
    receipt.revertReason === undefined ? 0n : starknetKeccak(receipt.revertReason),
    0n,
    receipt.gas.l1Gas,
    receipt.gas.l1DataGas,
  ]);
}

export function receiptCommitment(receipts: readonly Receipt[]): Felt {
  return listRoot(receipts.map(receiptLeaf));
}

const STATE_DIFF_VERSION = shortString('STARKNET_STATE_DIFF0');

/** A count, then pairs in ascending order of their first felt. */
function countedPairs(pairs: ReadonlyArray<readonly [Felt, Felt]>): Felt[] {
  const sorted = [...pairs].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return [BigInt(pairs.length), ...sorted.flat()];
}

/** Contracts that got a class, first or new: one list for both. */
function deployed(diff: StateDiff): Array<readonly [Felt, Felt]> {
  const byAddress = new Map<Felt, Felt>();
  for (const { address, classHash } of [...diff.deployedContracts, ...diff.replacedClasses]) {
    byAddress.set(address, classHash);
  }
  return [...byAddress];
}

/** Hash of a state diff, sorted here whatever its order. */
export function stateDiffCommitment(diff: StateDiff): Felt {
  const storage = diff.storage
    .filter(({ entries }) => entries.length > 0)
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  return poseidonMany([
    STATE_DIFF_VERSION,
    ...countedPairs(deployed(diff)),
    ...countedPairs(diff.declaredClasses.map((c) => [c.classHash, c.compiledClassHash])),
    0n, // deprecated (Cairo 0) declared classes
    1n, // data availability modes
    0n, // mode L1
    BigInt(storage.length),
    ...storage.flatMap(({ address, entries }) => [
      address,
      ...countedPairs(entries.map(({ key, value }) => [key, value])),
    ]),
    ...countedPairs(diff.nonces.map(({ address, nonce }) => [address, nonce])),
  ]);
}

/** Number of changes in a state diff, as block hashes count them. */
export function stateDiffLength(diff: StateDiff): number {
  const entries = diff.storage.reduce((sum, contract) => sum + contract.entries.length, 0);
  return deployed(diff).length + diff.declaredClasses.length + entries + diff.nonces.length;
}
