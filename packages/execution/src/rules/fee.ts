import type { AllResourceBounds, GasPrices, GasVector } from '@stackctl/types';

/** The resources of a v3 transaction in the order in which they are checked, with their names. */
export const RESOURCES = [
  ['l1Gas', 'L1Gas'],
  ['l2Gas', 'L2Gas'],
  ['l1DataGas', 'L1DataGas'],
] as const;

/** Fee in FRI. The tip is paid on L2 gas. */
export function feeOf(gas: GasVector, prices: GasPrices, tip: bigint): bigint {
  return (
    gas.l1Gas * prices.l1Gas.fri +
    gas.l1DataGas * prices.l1DataGas.fri +
    gas.l2Gas * (prices.l2Gas.fri + tip)
  );
}

/** Largest fee that the bounds allow. */
export function maxFee(bounds: AllResourceBounds, tip: bigint): bigint {
  const { l1Gas, l1DataGas, l2Gas } = bounds;
  return (
    l1Gas.maxAmount * l1Gas.maxPricePerUnit +
    l1DataGas.maxAmount * l1DataGas.maxPricePerUnit +
    l2Gas.maxAmount * (l2Gas.maxPricePerUnit + tip)
  );
}

/** Amounts that the bounds allow. */
export function boundedGas({ l1Gas, l1DataGas, l2Gas }: AllResourceBounds): GasVector {
  return {
    l1Gas: l1Gas.maxAmount,
    l1DataGas: l1DataGas.maxAmount,
    l2Gas: l2Gas.maxAmount,
  };
}

/** The first resource of which more was used than allowed, as a revert reason. */
export function exceededBound(gas: GasVector, most: GasVector): string | undefined {
  for (const [resource, name] of RESOURCES) {
    if (gas[resource] > most[resource]) {
      return `Insufficient max ${name}: max amount: ${most[resource]}, actual used: ${gas[resource]}.`;
    }
  }
  return undefined;
}

/** Gas cut to what is allowed: what a transaction that used more is charged for. */
export function capGas(gas: GasVector, most: GasVector): GasVector {
  const cap = (used: bigint, bound: bigint) => (used < bound ? used : bound);
  return {
    l1Gas: cap(gas.l1Gas, most.l1Gas),
    l1DataGas: cap(gas.l1DataGas, most.l1DataGas),
    l2Gas: cap(gas.l2Gas, most.l2Gas),
  };
}
