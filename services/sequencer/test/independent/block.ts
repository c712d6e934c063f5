// Hashes of a block from what RPC says of it: Starknet 0.13.4's rules, written out from their
// description once more. Nothing here comes from the node's packages.
import { keccak } from '@scure/starknet';
import { pedersen, poseidon, poseidonMany, trieRoot } from './tries.ts';

/** JSON of the node; members that a method does not give are absent. */
// biome-ignore lint/suspicious/noExplicitAny: read as it comes, which is what an outsider does
export type Json = any;

const felts = (list: readonly string[] = []): bigint[] => list.map(BigInt);
const counted = (list: readonly string[] = []): bigint[] => [BigInt(list.length), ...felts(list)];
export const ascii = (text: string): bigint =>
  text === '' ? 0n : BigInt(`0x${Buffer.from(text, 'latin1').toString('hex')}`);

const listRoot = (leaves: readonly bigint[]): bigint =>
  trieRoot(new Map(leaves.map((leaf, index) => [BigInt(index), leaf])), 64, poseidon);

/** Hash of a transaction: SNIP-8 for version 3. */
export function transactionHash(tx: Json, chainId: bigint): bigint {
  if (tx.type === 'L1_HANDLER') {
    const fields = [
      ascii('l1_handler'),
      BigInt(tx.version),
      BigInt(tx.contract_address),
      BigInt(tx.entry_point_selector),
      pedersenChain(felts(tx.calldata)),
      0n,
      chainId,
      BigInt(tx.nonce),
    ];
    return pedersenChain(fields);
  }
  const mode = (name: string): bigint => (name === 'L1' ? 0n : 1n);
  const resource = (name: string, bound: Json): bigint =>
    (ascii(name) << 192n) | (BigInt(bound.max_amount) << 128n) | BigInt(bound.max_price_per_unit);
  const { l1_gas, l2_gas, l1_data_gas } = tx.resource_bounds;
  const sender = tx.type === 'DEPLOY_ACCOUNT' ? deployedAddress(tx) : BigInt(tx.sender_address);
  return poseidonMany([
    ascii(tx.type.toLowerCase()),
    BigInt(tx.version),
    sender,
    poseidonMany([
      BigInt(tx.tip),
      resource('L1_GAS', l1_gas),
      resource('L2_GAS', l2_gas),
      resource('L1_DATA', l1_data_gas),
    ]),
    poseidonMany(felts(tx.paymaster_data)),
    chainId,
    BigInt(tx.nonce),
    (mode(tx.nonce_data_availability_mode) << 32n) | mode(tx.fee_data_availability_mode),
    ...ownFields(tx),
  ]);
}

function ownFields(tx: Json): bigint[] {
  switch (tx.type) {
    case 'INVOKE':
      return [poseidonMany(felts(tx.account_deployment_data)), poseidonMany(felts(tx.calldata))];
    case 'DECLARE':
      return [
        poseidonMany(felts(tx.account_deployment_data)),
        BigInt(tx.class_hash),
        BigInt(tx.compiled_class_hash),
      ];
    default:
      return [
        poseidonMany(felts(tx.constructor_calldata)),
        BigInt(tx.class_hash),
        BigInt(tx.contract_address_salt),
      ];
  }
}

function deployedAddress(tx: Json): bigint {
  const hash = pedersenChain([
    ascii('STARKNET_CONTRACT_ADDRESS'),
    0n,
    BigInt(tx.contract_address_salt),
    BigInt(tx.class_hash),
    pedersenChain(felts(tx.constructor_calldata)),
  ]);
  return hash % (2n ** 251n - 256n);
}

function pedersenChain(values: readonly bigint[]): bigint {
  return pedersen(values.reduce(pedersen, 0n), BigInt(values.length));
}

export interface Commitments {
  readonly transactions: bigint;
  readonly events: bigint;
  readonly receipts: bigint;
  readonly stateDiff: bigint;
  readonly stateDiffLength: bigint;
  readonly eventCount: bigint;
}

/** `block`: starknet_getBlockWithReceipts. `diff`: state_diff of starknet_getStateUpdate. */
export function commitmentsOf(block: Json, diff: Json): Commitments {
  const items: Json[] = block.transactions;
  const events = items.flatMap(({ receipt }) =>
    receipt.events.map((event: Json) => ({ ...event, hash: receipt.transaction_hash })),
  );
  return {
    transactions: listRoot(
      items.map(({ transaction, receipt }) =>
        poseidonMany([BigInt(receipt.transaction_hash), ...felts(transaction.signature)]),
      ),
    ),
    events: listRoot(
      events.map((event) =>
        poseidonMany([
          BigInt(event.from_address),
          BigInt(event.hash),
          ...counted(event.keys),
          ...counted(event.data),
        ]),
      ),
    ),
    receipts: listRoot(items.map(({ receipt }) => receiptLeaf(receipt))),
    ...stateDiffCommitment(diff),
    eventCount: BigInt(events.length),
  };
}

function receiptLeaf(receipt: Json): bigint {
  const messages: Json[] = receipt.messages_sent;
  return poseidonMany([
    BigInt(receipt.transaction_hash),
    BigInt(receipt.actual_fee.amount),
    poseidonMany([
      BigInt(messages.length),
      ...messages.flatMap((message) => [
        BigInt(message.from_address),
        BigInt(message.to_address),
        ...counted(message.payload),
      ]),
    ]),
    receipt.execution_status === 'REVERTED' ? keccak(Buffer.from(receipt.revert_reason)) : 0n,
    0n,
    BigInt(receipt.execution_resources.l1_gas),
    BigInt(receipt.execution_resources.l1_data_gas),
  ]);
}

type Pair = readonly [bigint, bigint];
const ascending = (pairs: readonly Pair[]): Pair[] =>
  pairs.toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
const pairsOf = (list: readonly Json[], key: string, value: string): Pair[] =>
  ascending(list.map((each) => [BigInt(each[key]), BigInt(each[value])]));

function stateDiffCommitment(diff: Json): { stateDiff: bigint; stateDiffLength: bigint } {
  const classes = ascending([
    ...pairsOf(diff.deployed_contracts, 'address', 'class_hash'),
    ...pairsOf(diff.replaced_classes, 'contract_address', 'class_hash'),
  ]);
  const declared = pairsOf(diff.declared_classes, 'class_hash', 'compiled_class_hash');
  const nonces = pairsOf(diff.nonces, 'contract_address', 'nonce');
  const storage = (diff.storage_diffs as Json[])
    .map((each) => ({
      address: BigInt(each.address),
      entries: pairsOf(each.storage_entries, 'key', 'value'),
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const list = (pairs: readonly Pair[]): bigint[] => [BigInt(pairs.length), ...pairs.flat()];
  const stateDiff = poseidonMany([
    ascii('STARKNET_STATE_DIFF0'),
    ...list(classes),
    ...list(declared),
    0n,
    1n,
    0n,
    BigInt(storage.length),
    ...storage.flatMap(({ address, entries }) => [address, ...list(entries)]),
    ...list(nonces),
  ]);
  const cells = storage.reduce((sum, { entries }) => sum + entries.length, 0);
  const length = classes.length + declared.length + nonces.length + cells;
  return { stateDiff, stateDiffLength: BigInt(length) };
}

/** Hash of a block whose commitments were computed here. */
export function blockHash(block: Json, commitments: Commitments, stateRoot: bigint): bigint {
  const { transactions, events, receipts, stateDiff, stateDiffLength, eventCount } = commitments;
  const counts = [BigInt(block.transactions.length), eventCount, stateDiffLength];
  const dataAvailability = block.l1_da_mode === 'BLOB' ? 1n << 63n : 0n;
  const prices = [block.l1_gas_price, block.l1_data_gas_price, block.l2_gas_price];
  return poseidonMany([
    ascii('STARKNET_BLOCK_HASH1'),
    BigInt(block.block_number),
    stateRoot,
    BigInt(block.sequencer_address),
    BigInt(block.timestamp),
    counts.reduce((packed, count) => (packed << 64n) | count, 0n) * 2n ** 64n + dataAvailability,
    stateDiff,
    transactions,
    events,
    receipts,
    poseidonMany([
      ascii('STARKNET_GAS_PRICES0'),
      ...prices.flatMap((price) => [BigInt(price.price_in_wei), BigInt(price.price_in_fri)]),
    ]),
    ascii(block.starknet_version),
    0n,
    BigInt(block.parent_hash),
  ]);
}
