import { WELL_KNOWN } from '@stackctl/contracts-l2';
import { type BlockLimits, DEFAULT_BLOCK_LIMITS } from '@stackctl/execution';
import type { BlockContext, Felt, GasPrice, GasPrices } from '@stackctl/types';

/** The protocol version whose rules for hashes and fees this chain follows. */
export const STARKNET_VERSION = '0.14.1';

const ONE: GasPrice = { wei: 10n ** 9n, fri: 10n ** 9n };

/** 10^9 for each resource in both units, as on starknet-devnet: nothing here is scarce. */
export const GAS_PRICES: GasPrices = { l1Gas: ONE, l1DataGas: ONE, l2Gas: ONE };

/** What the chain fixes about a block, together with what its proposer chose. */
export function blockContext(block: {
  readonly chainId: Felt;
  readonly number: number;
  readonly timestamp: number;
  readonly sequencerAddress: Felt;
  readonly gasPrices?: GasPrices;
}): BlockContext {
  const { chainId, number, timestamp, sequencerAddress, gasPrices = GAS_PRICES } = block;
  return {
    chainId,
    number,
    timestamp,
    sequencerAddress,
    gasPrices,
    strkFeeToken: WELL_KNOWN.strk,
    ethFeeToken: WELL_KNOWN.eth,
    starknetVersion: STARKNET_VERSION,
  };
}

/** What one block may hold: every validator goes by the same numbers. */
export const BLOCK_LIMITS: BlockLimits = {
  ...DEFAULT_BLOCK_LIMITS,
  // A few seconds of execution at the very most: validators execute while a round's time runs.
  steps: 20_000_000,
  // More than the steps are worth: a declare pays for its code, the largest 6.7 billion.
  l2Gas: 8_000_000_000n,
};

/** Bytes of a proposal's transactions; consensus refuses values of more than 8 MiB. */
export const MAX_PROPOSAL_BYTES = 4 << 20;

/** A block may not be older than its parent, nor further ahead of a validator's clock than this. */
export const MAX_CLOCK_DRIFT_SECONDS = 15;
