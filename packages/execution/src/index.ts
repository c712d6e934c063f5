export { ExecutionAbort, StatedAbort } from './abort.ts';
export {
  type BlockExecutor,
  type BlockExecutorOptions,
  type BlockLimits,
  createBlockExecutor,
  DEFAULT_BLOCK_LIMITS,
} from './block-executor.ts';
export { CachedState, type Checkpoint } from './cached-state.ts';
export { type CallOptions, type CallOutcome, call } from './call.ts';
export {
  type Classes,
  type ClassProvider,
  ClassRegistry,
  OverlaidRegistry,
  type RunnableClass,
  type SierraSize,
  type SierraVersion,
  sierraSizeOf,
  sierraVersionOf,
} from './classes.ts';
export type { CodeResult, CodeRunner } from './code-runner.ts';
export { balanceKey, balanceOf } from './fees.ts';
export { type MempoolValidationOptions, validateForMempool } from './mempool.ts';
export {
  type BuiltinUses,
  type CallPhase,
  type CallRecord,
  CallRecorder,
  type MeteredUsage,
  type SyscallRecord,
} from './observer.ts';
export type { Rejection, RejectionCode, TransactionOutcome } from './outcome.ts';
export { ReplaySyscalls, requestShape } from './replay.ts';
export { feeOf, maxFee, minimalGas } from './rules/index.ts';
export type { CallFrame } from './run-call.ts';
export {
  type EstimateResult,
  estimateFee,
  type FeeEstimate,
  type SimulatedTransaction,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from './simulate.ts';
export { type Answer, answerSyscall } from './syscalls/answer.ts';
export { type CellShape, type CellValue, readCells, writeCells } from './syscalls/cells.ts';
export { SYSCALLS } from './syscalls/table.ts';
export { deployedAccountAddress, hashTransaction } from './transaction-hash.ts';
export type { ExecutionFlags } from './transactions/environment.ts';
export { senderOf } from './transactions/info.ts';
