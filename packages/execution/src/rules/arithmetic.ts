import type { Ratio } from './versioned-constants.ts';

/** `ratio * times`, rounded up. */
export function ceilTimes({ numerator, denominator }: Ratio, times: bigint): bigint {
  return (numerator * times + denominator - 1n) / denominator;
}

/** The largest of some numbers, as `Math.max` is for those that are no bigints. */
export function larger(...values: readonly [bigint, ...bigint[]]): bigint {
  let [most] = values;
  for (const value of values) if (value > most) most = value;
  return most;
}
