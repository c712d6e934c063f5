/**
 * What Starknet charges and limits, as data and pure functions: nothing here needs the machine, the
 * state or Node, so that verifiers in a browser can use it.
 */
export { DATA_GAS_PER_FELT, messagesL1Gas } from './ethereum.ts';
export { boundedGas, capGas, exceededBound, feeOf, maxFee, RESOURCES } from './fee.ts';
export {
  type ComputationUse,
  codeSize,
  inputFelts,
  kzgResources,
  l2GasOf,
  l2GasPriceOf,
  minimalGas,
  overheadResources,
  publishedFelts,
  type StateChangeCounts,
  type TransactionUse,
  transactionGas,
  vmGas,
} from './gas.ts';
export { type SyscallUse, syscallGas, syscallResources } from './syscall-cost.ts';
export { V0_14_1 } from './v0-14-1.ts';
export { V0_14_2 } from './v0-14-2.ts';
export {
  type ChargedBuiltin,
  type LinearResources,
  type Ratio,
  SYSCALL_NAMES,
  type SyscallName,
  type TransactionType,
  type VersionedConstants,
} from './versioned-constants.ts';
export { versionedConstants } from './versions.ts';
export { addResources, linearResources, NO_RESOURCES, type VmResources } from './vm-resources.ts';
