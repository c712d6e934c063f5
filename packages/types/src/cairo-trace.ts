import type { Felt } from './felt.ts';

/** Memory segments that an AIR layout knows by name. */
export type SegmentName =
  | 'program'
  | 'execution'
  | 'output'
  | 'pedersen'
  | 'range_check'
  | 'bitwise'
  | 'ec_op'
  | 'poseidon'
  | 'range_check96'
  | 'add_mod'
  | 'mul_mod';

/**
 * Builtins of Starknet's layouts that no layout here has. A program whose wrapper passes on the pointers of
 * all builtins gets 0 for these, and has to return it.
 */
export type AbsentBuiltin = 'ecdsa' | 'keccak';

export function isAbsentBuiltin(name: string): name is AbsentBuiltin {
  return name === 'ecdsa' || name === 'keccak';
}

/** Addresses `[begin, stop)` of a segment after relocation. */
export interface SegmentBounds {
  readonly name: SegmentName;
  readonly begin: number;
  readonly stop: number;
}

/** The registers of the Cairo machine (Cairo whitepaper, section 4.2), relocated. */
export interface Registers {
  readonly pc: number;
  readonly ap: number;
  readonly fp: number;
}

/**
 * A finished run in proof mode, relocated to one flat memory: what the prover proves.
 *
 * Invariants: addresses start at 1; every cell that an executed instruction touches is defined;
 * segments are disjoint and ascending; the last executed instruction is `jmp rel 0`, so that a
 * prover may repeat it to pad the trace.
 */
export interface CairoTrace {
  /** Executed steps, the final `jmp rel 0` once included. */
  readonly steps: number;
  /** pc, ap, fp before each step: 3 * steps values. */
  readonly registers: Uint32Array;
  /** 32 bytes a cell, little-endian, canonical (< PRIME); cell `a` at byte `32 * a`. */
  readonly memory: Uint8Array;
  /** One byte a cell: 1 where the cell has a value. */
  readonly defined: Uint8Array;
  readonly segments: readonly SegmentBounds[];
  /** Public memory: runs of consecutive addresses, ascending and disjoint; page 0 is the program. */
  readonly publicPages: ReadonlyArray<{ readonly address: number; readonly length: number }>;
}

/** One run of public memory cells: `values[i]` stands at `address + i`. */
export interface PublicPage {
  readonly address: number;
  readonly values: readonly Felt[];
}

/** The statement that a Cairo proof proves. */
export interface CairoStatement {
  /** `lite`: CPU, memory, range check; `full`: all builtins too. */
  readonly layout: string;
  /** log2 of the padded number of steps. */
  readonly logSteps: number;
  readonly initial: Registers;
  readonly final: Registers;
  readonly segments: readonly SegmentBounds[];
  readonly publicMemory: readonly PublicPage[];
  /** 32 bytes that bind the proof to what it is about; mixed into the transcript first. */
  readonly context: Uint8Array;
}

/** Soundness parameters of a proof. */
export interface SecurityParameters {
  /** log2 of the low-degree extension's blowup. */
  readonly logBlowup: number;
  readonly queries: number;
  readonly grindingBits: number;
}
