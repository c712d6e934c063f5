import { poseidonMany } from '@stackctl/crypto';
import {
  type BlockContext,
  type BlockHeader,
  type ExecutedBlock,
  type Felt,
  type GasPrices,
  shortString,
} from '@stackctl/types';
import {
  eventCommitment,
  receiptCommitment,
  stateDiffCommitment,
  stateDiffLength,
  transactionCommitment,
} from './commitments.ts';

const BLOCK_HASH_VERSION = shortString('STARKNET_BLOCK_HASH1');
const GAS_PRICES_VERSION = shortString('STARKNET_GAS_PRICES0');
/** State diffs are published in blobs. */
const BLOB_MODE = 1n << 63n;

/** Three 64-bit counts and the data availability mode in one felt. */
function concatenatedCounts(header: Omit<BlockHeader, 'hash'>): Felt {
  let counts = 0n;
  for (const count of [header.transactionCount, header.eventCount, header.stateDiffLength]) {
    counts = (counts << 64n) | BigInt(count);
  }
  return (counts << 64n) | BLOB_MODE;
}

function gasPricesHash({ l1Gas, l1DataGas, l2Gas }: GasPrices): Felt {
  return poseidonMany([
    GAS_PRICES_VERSION,
    ...[l1Gas, l1DataGas, l2Gas].flatMap(({ wei, fri }) => [wei, fri]),
  ]);
}

/**
 * Block hash of Starknet >= 0.13.4 (starkware-libs/sequencer, block_hash_calculator.rs,
 * `calculate_block_hash`).
 */
export function blockHash(header: Omit<BlockHeader, 'hash'>): Felt {
  return poseidonMany([
    BLOCK_HASH_VERSION,
    BigInt(header.number),
    header.stateRoot,
    header.sequencerAddress,
    BigInt(header.timestamp),
    concatenatedCounts(header),
    header.stateDiffCommitment,
    header.transactionCommitment,
    header.eventCommitment,
    header.receiptCommitment,
    gasPricesHash(header.gasPrices),
    shortString(header.starknetVersion),
    0n,
    header.parentHash,
  ]);
}

/** The header of an executed block: every commitment and count computed from it. */
export function sealHeader(
  context: BlockContext,
  parentHash: Felt,
  stateRoot: Felt,
  block: Pick<ExecutedBlock, 'transactions' | 'receipts' | 'stateDiff'>,
): BlockHeader {
  const header = {
    parentHash,
    number: context.number,
    timestamp: context.timestamp,
    sequencerAddress: context.sequencerAddress,
    stateRoot,
    transactionCommitment: transactionCommitment(block.transactions),
    eventCommitment: eventCommitment(block.receipts),
    receiptCommitment: receiptCommitment(block.receipts),
    stateDiffCommitment: stateDiffCommitment(block.stateDiff),
    transactionCount: block.transactions.length,
    eventCount: block.receipts.reduce((sum, receipt) => sum + receipt.events.length, 0),
    stateDiffLength: stateDiffLength(block.stateDiff),
    gasPrices: context.gasPrices,
    starknetVersion: context.starknetVersion,
  };
  return { hash: blockHash(header), ...header };
}
