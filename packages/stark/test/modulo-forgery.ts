// Instances of add_mod and mul_mod rewritten by hand: the rows by the definition, in BigInt, and the
// multiplicities of what they look up, so that a trace can break one thing and nothing else.
import { type CairoTrace, PRIME } from '@stackctl/types';
import { evaluate } from '../src/air/expression.ts';
import { airOf } from '../src/air/layouts.ts';
import { statementOf } from '../src/index.ts';
import type { TraceTable } from '../src/prover/table.ts';
import { frozen, statementUniforms, violation } from './oracle.ts';
import { context, outcomeOf } from './tampering.ts';
import { invert } from './wire.ts';

const ROWS = 128;
const WORD = 2n ** 96n;
/** The instances that are rewritten are the first two of each builtin. */
const SEEN = 2 * ROWS;
const AIR = airOf('mods');
export const OWN = AIR.constraints.filter(({ name }) => name.startsWith('modulo/'));
const LOOKUPS = AIR.fractions
  .flat()
  .filter(({ name }) => name.includes('/modulo_') || name === 'table/quotient');
const modulo = (value: bigint) => ((value % PRIME) + PRIME) % PRIME;
/** Any challenges will do: tuples that differ fold to different points. */
const CHALLENGES = { lookup_point: 0n, lookup_weight: 3n ** 140n };

export const words = (value: bigint): bigint[] =>
  [0n, 1n, 2n, 3n].map((i) => (value >> (96n * i)) % WORD);
export const place = (address: number) =>
  [address % 2 === 1 ? 'memory_odd' : 'memory_even', address >> 1] as const;

/** Cells written into the columns of the instances, by name without `modulo_`. */
export class Rows {
  readonly table: TraceTable;
  constructor(table: TraceTable) {
    this.table = table;
  }
  get(name: string, row: number): bigint {
    return this.table.get(`modulo_${name}`, row);
  }
  set(name: string, row: number, value: bigint): void {
    this.table.set(`modulo_${name}`, row, modulo(value));
  }
  add(name: string, row: number, value: bigint): void {
    this.set(name, row, this.get(name, row) + value);
  }
  remember(address: number, value: bigint): void {
    this.table.set(...place(address), modulo(value));
  }
  /** The running value of `count` limbs that begin in `first`; the top one takes what is left. */
  limbs(first: number, count: number, value: bigint): void {
    for (let i = 0; i < count; i++) {
      const running = modulo(value) >> BigInt(16 * (count - 1 - i));
      this.set('limbs', first + i + 1, running);
      this.set('low', first + i, running & 255n);
    }
  }
  /** q and the totals of mul_mod's instance `instance`, for the words that stand in x, y and u. */
  multiplication(instance: number, q: readonly bigint[]): void {
    const at = ROWS * instance;
    for (const [j, word] of q.entries()) {
      this.limbs(at + 8 + 6 * j, 6, word);
      this.set('w', at + 14 + 6 * j, word);
    }
    let total = 0n;
    for (let k = 0; k < 7; k++) {
      let row = at + 33 + 8 * k;
      const block = row;
      for (let i = Math.max(0, k - 3); i <= Math.min(k, 3); i++, row++) {
        this.set('total', row, total);
        this.set('w', row, q[k - i] as bigint);
        total += this.get('x', row) * this.get('y', row);
        total -= this.get('u', row) * (q[k - i] as bigint);
      }
      for (let result = k < 4; row < block + 8; row++, result = false) {
        this.set('total', row, total);
        if (k === 6) return;
        if (result) total -= this.get('x', row);
      }
      total = this.carry(block + 7, 7, total, 2n ** 111n);
    }
  }
  /** The totals of add_mod's instance `instance`. */
  addition(instance: number, q: bigint): void {
    let total = 0n;
    for (let k = 0; k < 4; k++) {
      const row = ROWS * instance + 92 + 3 * k;
      for (let i = 0; i < 3 && 3 * k + i < 12; i++) this.set('w', row + i, q);
      this.set('total', row, total);
      total += this.get('x', row) + this.get('y', row) - this.get('u', row) * q;
      this.set('total', row + 1, total);
      total -= this.get('x', row + 1);
      this.set('total', row + 2, total);
      if (k < 3) total = this.carry(row + 2, 1, total, 2n ** 15n);
    }
  }
  private carry(row: number, count: number, total: bigint, bias: bigint): bigint {
    const carry = modulo(total * invert(WORD));
    this.limbs(row - count, count, carry + bias);
    return carry > PRIME / 2n ? carry - PRIME : carry;
  }
}

export interface Attempt {
  /** Constraints of the two that do not vanish. */
  readonly violated: readonly string[];
  /** Whether everything that is looked up is there. */
  readonly found: boolean;
  readonly outcome: string;
}

/** Proves a run whose rows and memory were changed; multiplicities follow, as far as they can. */
export function attempt(trace: CairoTrace, change: (rows: Rows) => void): Attempt {
  const uniforms = { ...statementUniforms(statementOf(trace, context)), ...CHALLENGES };
  let violated: string[] = [];
  let found = true;
  const outcome = outcomeOf(trace, {
    trace: (table) => {
      const before = lookups(table, uniforms);
      const tables = entries(table, trace);
      change(new Rows(table));
      const after = lookups(table, uniforms);
      for (const [key, { column, row }] of entries(table, trace)) {
        const old = [...tables].find(([, e]) => e.column === column && e.row === row)?.[0] ?? key;
        const others = table.get(column, row) - (before.get(old) ?? 0n);
        if (key !== old && others !== 0n) found = false;
        table.set(column, row, modulo(others + (after.get(key) ?? 0n)));
        after.delete(key);
      }
      // What is left is in no table, but for words of q, which cancel.
      if ([...after.values()].some((count) => count !== 0n)) found = false;
      const cells = frozen(table);
      violated = OWN.filter((c) => violation(c, cells, uniforms, 0, SEEN) !== undefined).map(
        ({ name }) => name.slice('modulo/'.length),
      );
    },
  });
  return { violated, found, outcome };
}

/** What the instances look up, folded, and how often. */
function lookups(table: TraceTable, uniforms: Record<string, bigint>): Map<bigint, bigint> {
  const cells = frozen(table);
  const counts = new Map<bigint, bigint>();
  for (const { name, numerator, denominator } of LOOKUPS) {
    const factor = /_[yu]$/.test(name) ? 128n : name.endsWith('_high') ? 256n : 1n;
    const inverse = invert(factor);
    for (let row = 0; row < SEEN; row++) {
      const at = {
        cell: (column: string, next: boolean) => cells.get(column, next ? row + 1 : row),
        periodic: (column: string) => {
          const values = AIR.periodic[column] as readonly bigint[];
          return values[row % values.length] as bigint;
        },
        uniform: (uniform: string) => uniforms[uniform] as bigint,
      };
      const count = modulo(evaluate(numerator, at, PRIME) * inverse);
      if (count === 0n) continue;
      const key = modulo(evaluate(denominator, at, PRIME) * inverse);
      counts.set(key, modulo((counts.get(key) ?? 0n) + count));
    }
  }
  return counts;
}

/** Where the multiplicities of memory's cells and of the bytes stand, by the entry folded. */
function entries(table: TraceTable, { defined }: CairoTrace) {
  const { lookup_weight: weight } = CHALLENGES;
  const found = new Map<bigint, { column: string; row: number }>();
  for (const [address, isDefined] of defined.entries()) {
    if (isDefined === 0) continue;
    const key = modulo(-BigInt(address) - weight * table.get(...place(address)));
    const column = address % 2 === 1 ? 'multiplicity_odd' : 'multiplicity_even';
    found.set(key, { column, row: address >> 1 });
  }
  for (let byte = 0; byte < 256; byte++)
    found.set(modulo(-weight * weight - BigInt(byte)), { column: 'byte_multiplicity', row: byte });
  return found;
}
