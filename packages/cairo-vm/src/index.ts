export {
  type Cairo0Program,
  loadCairo0Program,
  relocateCairo0,
  runCairo0,
} from './cairo0.ts';
export {
  BUILTIN_COSTS,
  BUILTIN_COSTS_SEGMENT,
  type CasmClass,
  classTail,
  type EntryPoint,
  loadCasmClass,
  RET_INSTRUCTION,
} from './casm-class.ts';
export {
  ENTRY_POINT_INITIAL_BUDGET,
  type EntryPointFrame,
  type EntryPointResult,
  finishEntryPoint,
  startEntryPoint,
} from './entry-point.ts';
export { type Executable, loadExecutable, runExecutable } from './executable.ts';
export { Fault } from './fault.ts';
export { parseHint, parseHints } from './hints/parse.ts';
export type { CellRef, Hint, HintKind, HintOf, ResOperand } from './hints/types.ts';
export * from './instruction.ts';
export {
  CairoMachine,
  type MachineOptions,
  OUT_OF_STEPS,
  type SyscallHandler,
} from './machine.ts';
export {
  builtinSegment,
  type Cell,
  EXECUTION_SEGMENT,
  FIRST_FREE_SEGMENT,
  Memory,
  PROGRAM_SEGMENT,
} from './memory.ts';
export { Program } from './program.ts';
export {
  type LayoutBuiltin,
  type ProgramBuiltin,
  type ProofModeProgram,
  relocateProofMode,
} from './proof-mode.ts';
export { type RelocateOptions, type Relocation, relocate } from './relocate.ts';
export {
  builtinBases,
  createProofMachine,
  PROOF_MODE_FRAME,
  type ProofMachineOptions,
  type RunProgramOptions,
  runProgram,
} from './run-program.ts';
export { describe, inverseModulo, type MemoryValue, Relocatable } from './values.ts';
