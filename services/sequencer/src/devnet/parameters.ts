import type { Felt, GasPrice, GasPrices, Transaction } from '@stackctl/types';
import {
  type Binary,
  decode,
  encode,
  felt,
  flag,
  list,
  NotCanonical,
  struct,
  uint,
} from '../codec/binary.ts';
import { gasPrices } from '../codec/records.ts';
import { GAS_PRICES, MAX_CLOCK_DRIFT_SECONDS } from '../execution/block-context.ts';
import type { Directive, GasPriceChange } from './directive.ts';

/** What directives have made of the chain: the same on every node after the same block. */
export interface ChainParameters {
  /** Seconds that the chain's time is ahead of the clock; negative when it is behind. */
  readonly timeOffset: number;
  readonly gasPrices: GasPrices;
  /** Accounts whose transactions go without their validation, ascending. */
  readonly impersonated: readonly Felt[];
  /** The same for every account. */
  readonly autoImpersonate: boolean;
}

export const INITIAL_PARAMETERS: ChainParameters = {
  timeOffset: 0,
  gasPrices: GAS_PRICES,
  impersonated: [],
  autoImpersonate: false,
};

/** Bounds of what directives may do to a chain. */
export const DIRECTIVE_LIMITS = {
  /** Directives in one block. */
  perBlock: 64,
  /** Latest time that can be set: far from where numbers end. */
  timestamp: 2 ** 40,
  impersonated: 1_000,
} as const;

/** The parameters that a block runs with, and the time that it must have if a directive set one. */
export interface Directed {
  readonly parameters: ChainParameters;
  readonly exactTimestamp?: number;
}

/**
 * Applies a block's directives in their order. Undefined when one of them cannot be applied: then
 * no valid block holds them.
 */
export function applyDirectives(
  before: ChainParameters,
  directives: readonly Directive[],
  parentTimestamp: number,
): Directed | undefined {
  let directed: Directed | undefined = { parameters: before };
  for (const { action } of directives)
    directed = directed && applyOne(directed, action, parentTimestamp);
  return directed;
}

function applyOne(
  directed: Directed,
  action: Directive['action'],
  parentTimestamp: number,
): Directed | undefined {
  const { parameters, exactTimestamp } = directed;
  switch (action.type) {
    case 'CREATE_BLOCK':
      return directed;
    case 'SET_TIME': {
      const { timestamp, clock } = action;
      if (timestamp > DIRECTIVE_LIMITS.timestamp || clock > DIRECTIVE_LIMITS.timestamp)
        return undefined;
      return {
        parameters: { ...parameters, timeOffset: timestamp - clock },
        // Blocks came in between: the chain's time does not go back.
        exactTimestamp: Math.max(timestamp, parentTimestamp),
      };
    }
    case 'INCREASE_TIME': {
      const { seconds } = action;
      const timeOffset = parameters.timeOffset + seconds;
      if (seconds > DIRECTIVE_LIMITS.timestamp || timeOffset > DIRECTIVE_LIMITS.timestamp)
        return undefined;
      return {
        parameters: { ...parameters, timeOffset },
        ...(exactTimestamp === undefined ? {} : { exactTimestamp: exactTimestamp + seconds }),
      };
    }
    case 'SET_GAS_PRICES': {
      const changed = changedPrices(parameters.gasPrices, action);
      return changed && { ...directed, parameters: { ...parameters, gasPrices: changed } };
    }
    case 'IMPERSONATE': {
      const others = parameters.impersonated.filter((each) => each !== action.account);
      const impersonated = action.active
        ? [...others, action.account].sort((a, b) => (a < b ? -1 : 1))
        : others;
      if (impersonated.length > DIRECTIVE_LIMITS.impersonated) return undefined;
      return { ...directed, parameters: { ...parameters, impersonated } };
    }
    case 'AUTO_IMPERSONATE':
      return { ...directed, parameters: { ...parameters, autoImpersonate: action.active } };
  }
}

/** Undefined when a price is nothing: fees would be undefined. */
function changedPrices(prices: GasPrices, change: GasPriceChange): GasPrices | undefined {
  if (Object.values(change).includes(0n)) return undefined;
  const price = (old: GasPrice, wei: bigint | undefined, fri: bigint | undefined): GasPrice => ({
    wei: wei ?? old.wei,
    fri: fri ?? old.fri,
  });
  return {
    l1Gas: price(prices.l1Gas, change.l1GasWei, change.l1GasFri),
    l1DataGas: price(prices.l1DataGas, change.l1DataGasWei, change.l1DataGasFri),
    l2Gas: price(prices.l2Gas, change.l2GasWei, change.l2GasFri),
  };
}

/** The time of a block that is built now. `nowSeconds` is the clock. */
export function proposedTimestamp(
  { parameters, exactTimestamp }: Directed,
  parentTimestamp: number,
  nowSeconds: number,
): number {
  return exactTimestamp ?? Math.max(parentTimestamp, nowSeconds + parameters.timeOffset);
}

/** Why a block may not have this time; undefined when it may. */
export function timestampProblem(
  { parameters, exactTimestamp }: Directed,
  timestamp: number,
  parentTimestamp: number,
  nowSeconds: number,
): string | undefined {
  if (timestamp < parentTimestamp) return 'older than its parent';
  if (exactTimestamp !== undefined)
    return timestamp === exactTimestamp ? undefined : 'another time than its directives set';
  const latest = nowSeconds + parameters.timeOffset + MAX_CLOCK_DRIFT_SECONDS;
  return timestamp > Math.max(latest, parentTimestamp) ? 'from the future' : undefined;
}

/** Whether a transaction goes without its account's validation. (A deployment never does.) */
export function skipsValidation(parameters: ChainParameters, transaction: Transaction): boolean {
  if (transaction.type !== 'INVOKE' && transaction.type !== 'DECLARE') return false;
  const { autoImpersonate, impersonated } = parameters;
  return autoImpersonate || impersonated.includes(transaction.senderAddress);
}

interface StoredParameters extends Omit<ChainParameters, 'timeOffset'> {
  readonly isBehind: boolean;
  readonly offset: number;
}

const stored: Binary<StoredParameters> = struct<StoredParameters>({
  isBehind: flag,
  offset: uint,
  gasPrices,
  impersonated: list(felt),
  autoImpersonate: flag,
});

export function encodeParameters({ timeOffset, ...rest }: ChainParameters): Uint8Array {
  return encode(stored, { ...rest, isBehind: timeOffset < 0, offset: Math.abs(timeOffset) });
}

/** Throws NotCanonical for bytes that `encodeParameters` never gives. */
export function decodeParameters(bytes: Uint8Array): ChainParameters {
  const { isBehind, offset, ...rest } = decode(stored, bytes);
  if (isBehind && offset === 0) throw new NotCanonical('minus zero');
  return { ...rest, timeOffset: isBehind ? -offset : offset };
}
