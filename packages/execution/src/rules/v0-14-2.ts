/**
 * Starknet 0.14.2: what it changes in 0.14.1, from blockifier_versioned_constants_0_14_2.json of the
 * same source. The steps of storage syscalls stand for proving their paths in the state's tries.
 */
import { V0_14_1 } from './v0-14-1.ts';
import type { VersionedConstants } from './versioned-constants.ts';

export const V0_14_2: VersionedConstants = {
  ...V0_14_1,
  version: '0.14.2',
  limits: { ...V0_14_1.limits, executeGas: 1_100_000_000n },
  archival: { ...V0_14_1.archival, gasPerProof: 75_000_000n },
  allocation: { l1Gas: 0n, l1DataGas: 32n, l2Gas: 402_000n },
  gasPer: { ...V0_14_1.gasPer, blake: 3_334n },
  syscalls: {
    ...V0_14_1.syscalls,
    StorageRead: { constant: { steps: 180, builtins: { range_check: 1 } } },
    StorageWrite: { constant: { steps: 449, builtins: { range_check: 1 } } },
  },
};
