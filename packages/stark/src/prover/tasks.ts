// What threads share: tasks in numbered parts. A part writes only to its own outputs and to the scratch of
// the thread that does it, so parts may be done in any order, by any thread of the machine, and the bytes
// come out the same.
import type { ProverExports } from '../wasm.ts';

/** Instance, arguments, part number, scratch of the thread. Arguments are addresses and sizes. */
type Task = (x: ProverExports, a: readonly number[], part: number, scratch: number) => void;

const VECTOR = 144;

/** The range of part number `part` of `size` items each. */
const range = (part: number, size: number): [number, number] => [part * size, (part + 1) * size];

/** Rows of a part, for `rows` rows in all: no part is shorter than is worth a turn. */
export function partOf(rows: number, least = 256): number {
  return Math.min(rows, Math.max(least, rows / 64));
}

const defineTasks = <Name extends string>(tasks: Readonly<Record<Name, Task>>) => tasks;

export const TASKS = defineTasks({
  /** Plain limbs to Montgomery form. [rows, size] */
  convert: (x, [rows = 0, size = 0], part) => x.convert(rows + part * size * VECTOR, size),
  /** One block a part. [out, values, rows, blockBytes, inverseTwiddles] */
  interpolate: (x, [out = 0, values = 0, rows = 0, bytes = 0, twiddles = 0], part, scratch) =>
    x.interpolate(out + part * bytes, values + part * bytes, rows, twiddles, scratch),
  /**
   * One block of one coset a part, all blocks of a coset in sequence.
   * [out, coefficients, rows, blockBytes, blocks, first coset, coset powers, twiddles]
   */
  extend: (
    x,
    [out = 0, from = 0, rows = 0, bytes = 0, blocks = 1, first = 0, powers = 0, twiddles = 0],
    part,
    scratch,
  ) => {
    const coset = first + Math.floor(part / blocks);
    const coefficients = from + (part % blocks) * bytes;
    const table = powers + (coset >> 2) * bytes;
    x.extendToCoset(out + part * bytes, coefficients, rows, table, coset & 3, twiddles, scratch);
  },
  /**
   * Leaves of rows, of cosets in sequence.
   * [tree, leaves, table, blockBytes, blocks, columns, rows, size, first leaf]
   */
  hashRows: (
    x,
    [
      tree = 0,
      leaves = 0,
      table = 0,
      bytes = 0,
      blocks = 1,
      columns = 0,
      rows = 1,
      size = 0,
      leaf = 0,
    ],
    part,
    scratch,
  ) => {
    const coset = Math.floor((part * size) / rows);
    const from = part * size - coset * rows;
    const at = table + coset * blocks * bytes;
    const nodes = tree + 32 * (leaf + coset * rows);
    x.hashRows(nodes, leaves, at, bytes, columns, from, from + size, scratch);
  },
  /** Leaves of a FRI layer. [tree, leaves, values, size] */
  hashCosets: (x, [tree = 0, leaves = 0, values = 0, size = 0], part, scratch) =>
    x.hashCosets(tree, leaves, values, ...range(part, size), scratch),
  /** [tree, leaves, parts] */
  hashSubtree: (x, [tree = 0, leaves = 0, parts = 1], part, scratch) =>
    x.hashSubtree(tree, leaves, parts, part, scratch),
  /** [numerators, denominators, size, trace, logRows, periodic, periodicShift, uniforms] */
  computeFractions: (
    x,
    [n = 0, d = 0, size = 0, trace = 0, logRows = 0, periodic = 0, shift = 0, uniforms = 0],
    part,
    scratch,
  ) => {
    const rows = range(part, size);
    x.computeFractions(n, d, ...rows, trace, logRows, periodic, shift, uniforms, scratch);
  },
  /** [numerators, denominators, size, prefixes, bytes of prefixes a part] */
  divideFractions: (x, [n = 0, d = 0, size = 0, prefixes = 0, bytes = 0], part) =>
    x.divideFractions(n, d, ...range(part, size), prefixes + part * bytes),
  /** [blocks, numerators, denominators, size, logRows, total] */
  fillLookup: (x, [blocks = 0, n = 0, d = 0, size = 0, logRows = 0, total = 0], part, scratch) =>
    x.fillLookup(blocks, n, d, ...range(part, size), logRows, total, scratch),
  /** [inverses, size, twiddles, constants, prefixes, bytes of prefixes a part] */
  invertPoints: (
    x,
    [inverses = 0, size = 0, twiddles = 0, constants = 0, prefixes = 0, bytes = 0],
    part,
  ) => x.invertPoints(inverses, ...range(part, size), twiddles, constants, prefixes + part * bytes),
  /**
   * [out, size, logRows, main table, lookup table, periodic, periodicShift, uniforms, coefficients,
   * twiddles, inverses, constants]
   */
  evaluateCoset: (
    x,
    [
      out = 0,
      size = 0,
      logRows = 0,
      table = 0,
      lookup = 0,
      periodic = 0,
      shift = 0,
      uniforms = 0,
      coefficients = 0,
      twiddles = 0,
      inverses = 0,
      constants = 0,
    ],
    part,
    scratch,
  ) =>
    x.evaluateCoset(
      out,
      ...range(part, size),
      logRows,
      table,
      lookup,
      periodic,
      shift,
      uniforms,
      coefficients,
      twiddles,
      inverses,
      constants,
      scratch,
    ),
  /** One block at one point a part, 128 bytes each. [out, coefficients, blockBytes, powers, rows] */
  evaluateBlock: (x, [out = 0, coefficients = 0, bytes = 0, powers = 0, rows = 0], part, scratch) =>
    x.evaluateBlock(out + 128 * part, coefficients + part * bytes, powers, rows, scratch),
  /** [out, coefficients, blockBytes, size, weights] */
  combineColumns: (
    x,
    [out = 0, coefficients = 0, bytes = 0, size = 0, weights = 0],
    part,
    scratch,
  ) => x.combineColumns(out, coefficients, bytes, ...range(part, size), weights, scratch),
  /** The least nonce of a part that works, or -1: 8 bytes each. [out, prefix, bits, first, size] */
  grind: (x, [out = 0, prefix = 0, bits = 0, first = 0, size = 0], part, scratch) => {
    const from = BigInt(first + part * size);
    x.storeNonce(out + 8 * part, x.grind(prefix, bits, from, BigInt(size), scratch));
  },
});
export type TaskName = keyof typeof TASKS;
export const TASK_NAMES = Object.keys(TASKS) as readonly TaskName[];
