import type { Transaction } from '@stackctl/types';
import type { Simulator } from '../execution/simulator.ts';
import { type ChainParameters, skipsValidation } from './parameters.ts';

/** A simulator that leaves out the validation of impersonated accounts, as blocks do. */
export function impersonating(simulator: Simulator, parameters: () => ChainParameters): Simulator {
  const skips = (transactions: readonly Transaction[]): boolean => {
    const now = parameters();
    return transactions.every((transaction) => skipsValidation(now, transaction));
  };
  return {
    ...simulator,
    estimate: (transactions, at, skipValidate, ...more) =>
      simulator.estimate(transactions, at, skipValidate || skips(transactions), ...more),
    simulate: (transactions, at, flags, ...more) => {
      const skipValidate = flags.skipValidate || skips(transactions);
      return simulator.simulate(transactions, at, { ...flags, skipValidate }, ...more);
    },
    validate: (hashed, at, deploymentPending, ...more) =>
      simulator.validate(hashed, at, deploymentPending || skips([hashed.transaction]), ...more),
  };
}
