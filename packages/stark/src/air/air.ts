import type { BuiltinSize } from './builtin.ts';
import { add, cell, type Expression, mul, next, sub, uniform } from './expression.ts';

/**
 * Where a constraint holds, and with it the polynomial it is divided by (n rows, w their root):
 * every       X^n - 1
 * transition  (X^n - 1) / (X - w^(n-1)): every row but the last
 * first       X - 1
 * last        X - w^(n-1)
 */
export type Domain = 'every' | 'transition' | 'first' | 'last';
export const DOMAINS: readonly Domain[] = ['every', 'transition', 'first', 'last'];

export interface Constraint {
  readonly name: string;
  readonly domain: Domain;
  /** Vanishes on the domain. */
  readonly expression: Expression;
  /** Where it comes from: paper and section, or its own derivation. */
  readonly source: string;
}

/**
 * One fraction `numerator / denominator` in each row. The AIR shows that all of them together sum to
 * a total that the verifier knows. A looked-up tuple has numerator 1, an entry of a table minus its
 * multiplicity.
 */
export interface Fraction {
  readonly name: string;
  readonly numerator: Expression;
  readonly denominator: Expression;
}

/** An arithmetisation: what prover, verifier and their generated code are made from. */
export interface Air {
  readonly layout: string;
  /** Columns committed before the challenges, in order. */
  readonly columns: readonly string[];
  /** Values of the periodic columns, by name; lengths are powers of two. */
  readonly periodic: Readonly<Record<string, readonly bigint[]>>;
  /** Builtins, in the order of their uniforms. */
  readonly builtins: readonly BuiltinSize[];
  /** Constants that the prover needs to fill the columns, by name. */
  readonly constants: Readonly<Record<string, bigint>>;
  /** Names of the challenges and statement values that expressions use, in order. */
  readonly uniforms: readonly string[];
  /**
   * The fractions, in groups. Every group but the last has a column of its own, which holds its sum
   * in that row; the last is added on the fly into the running sum.
   */
  readonly fractions: ReadonlyArray<readonly Fraction[]>;
  /** All constraints, those of the fractions included. */
  readonly constraints: readonly Constraint[];
}

/** Blowup 4 is the least that the presets use: quotients have degree below 4 n. */
export const MAXIMAL_DEGREE = 5;

/** Columns committed after the challenges: the sums of the groups, and the running sum. */
export function lookupColumns(air: Pick<Air, 'fractions'>): string[] {
  return air.fractions.map((_, i) =>
    i === air.fractions.length - 1 ? 'running_sum' : `fractions_${i}`,
  );
}

/** Numerator and denominator of the sum of a group. */
export function sumOfGroup(group: readonly Fraction[]): {
  numerator: Expression;
  denominator: Expression;
} {
  // Left to right: n/d + n'/d' = (n d' + n' d) / (d d').
  const [first, ...rest] = group as [Fraction, ...Fraction[]];
  return rest.reduce<{ numerator: Expression; denominator: Expression }>(
    (sum, fraction) => ({
      numerator: add(
        mul(sum.numerator, fraction.denominator),
        mul(fraction.numerator, sum.denominator),
      ),
      denominator: mul(sum.denominator, fraction.denominator),
    }),
    { numerator: first.numerator, denominator: first.denominator },
  );
}

/**
 * The constraints of a logarithmic-derivative lookup (Haboeck, ePrint 2022/1530), in the cyclic form:
 * with the mean M = total / n subtracted in each row, the running sum returns to where it started, so
 * one constraint on every row shows sum over rows of fractions = total, whatever its first value.
 *
 * Soundness: the fractions' sum, as a rational function of the challenges, determines how often each
 * tuple is looked up; a tuple that no table has would need multiplicity 0 = number of lookups, which is
 * less than P. Multiplicities therefore need no constraint of their own.
 */
export function lookupConstraints(fractions: Air['fractions']): Constraint[] {
  const names = lookupColumns({ fractions });
  const source = 'ePrint 2022/1530, section 3; cyclic running sum';
  const helpers = names.slice(0, -1);
  const constraints = helpers.map((name, i): Constraint => {
    const { numerator, denominator } = sumOfGroup(fractions[i] as readonly Fraction[]);
    return {
      name: `lookup/${name}`,
      domain: 'every',
      expression: sub(mul(cell(name), denominator), numerator),
      source,
    };
  });
  const last = sumOfGroup(fractions.at(-1) as readonly Fraction[]);
  const step = sub(
    add(sub(next('running_sum'), cell('running_sum')), uniform('lookup_mean')),
    add(...helpers.map(cell)),
  );
  constraints.push({
    name: 'lookup/running_sum',
    domain: 'every',
    expression: sub(mul(step, last.denominator), last.numerator),
    source,
  });
  return constraints;
}
