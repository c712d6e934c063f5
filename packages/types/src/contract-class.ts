import type { Felt } from './felt.ts';

export type EntryPointType = 'EXTERNAL' | 'L1_HANDLER' | 'CONSTRUCTOR';

/** Builtins in the order in which the compiler passes them. */
export const BUILTIN_ORDER = [
  'pedersen',
  'range_check',
  'bitwise',
  'ec_op',
  'poseidon',
  'segment_arena',
  'range_check96',
  'add_mod',
  'mul_mod',
] as const;
export type BuiltinName = (typeof BUILTIN_ORDER)[number];

/** The JSON of a compiled Cairo assembly class, as `starknet-sierra-compile` writes it. */
export interface CasmClassJson {
  readonly prime: string;
  readonly compiler_version: string;
  readonly bytecode: readonly string[];
  readonly bytecode_segment_lengths?: SegmentLengths;
  readonly hints: ReadonlyArray<readonly [number, readonly unknown[]]>;
  readonly pythonic_hints?: unknown;
  readonly entry_points_by_type: Readonly<
    Record<EntryPointType, ReadonlyArray<{ selector: string; offset: number; builtins: string[] }>>
  >;
}

/** Bytecode lengths as a tree: a leaf is one segment, a list is a node over its children. */
export type SegmentLengths = number | readonly SegmentLengths[];

/** The JSON of a Sierra class, as Scarb and `starknet-compile` write it. */
export interface SierraClassJson {
  readonly sierra_program: readonly string[];
  readonly contract_class_version: string;
  readonly entry_points_by_type: Readonly<
    Record<EntryPointType, ReadonlyArray<{ selector: string; function_idx: number }>>
  >;
  /** A list in compiler output, a JSON text over RPC. */
  readonly abi: unknown;
}

/** A class as nodes keep it. */
export interface DeclaredClass {
  readonly classHash: Felt;
  readonly compiledClassHash: Felt;
  readonly sierra: SierraClassJson;
  readonly casm: CasmClassJson;
}
