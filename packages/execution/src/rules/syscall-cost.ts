import { larger } from './arithmetic.ts';
import type { SyscallName, VersionedConstants } from './versioned-constants.ts';
import {
  addResources,
  builtinsOf,
  linearResources,
  NO_RESOURCES,
  type VmResources,
} from './vm-resources.ts';

/** How often a call made a syscall, and the sum of what it grows with. */
export interface SyscallUse {
  readonly calls: number;
  /** Felts of calldata (Deploy, MetaTxV0) or rounds (Keccak); 0 for the others. */
  readonly length: number;
}

/**
 * Gas of a syscall in gas-counted code, the base that the compiled code charged included. `length`:
 * felts of calldata (Deploy, MetaTxV0) or rounds (Keccak).
 */
export function syscallGas(constants: VersionedConstants, name: SyscallName, length = 0): bigint {
  const { constant, each = NO_RESOURCES } = constants.syscalls[name];
  const base = larger(constants.syscallBaseGas, gasOfResources(constants, constant));
  return base + BigInt(length) * gasOfResources(constants, each);
}

/**
 * What the operating system spends on the syscalls of one step-counted call. Keccak's constant part is
 * counted once a call that uses it, however often.
 */
export function syscallResources(
  constants: VersionedConstants,
  uses: ReadonlyMap<SyscallName, SyscallUse>,
): VmResources {
  let total = NO_RESOURCES;
  for (const [name, { calls, length }] of uses) {
    const times = name === 'Keccak' ? 1 : calls;
    total = addResources(total, linearResources(constants.syscalls[name], length, times));
  }
  return total;
}

/** Price of resources in gas-counted code: everything counts, not the dearest alone. */
function gasOfResources({ gasPer }: VersionedConstants, resources: VmResources): bigint {
  let gas = BigInt(resources.steps) * gasPer.step;
  gas += BigInt(resources.memoryHoles ?? 0) * gasPer.memoryHole;
  for (const [name, uses] of builtinsOf(resources)) {
    if (name !== 'segment_arena') gas += BigInt(uses) * gasPer.builtins[name];
  }
  return gas;
}
