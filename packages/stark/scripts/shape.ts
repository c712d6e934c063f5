// The numbers and expressions that generated code is made from, derived from one AIR.
import {
  type Air,
  type Constraint,
  DOMAINS,
  type Domain,
  lookupColumns,
  MAXIMAL_DEGREE,
  sumOfGroup,
} from '../src/air/air.ts';
import { add, constant, degree, type Expression, mul, uniform } from '../src/air/expression.ts';

/** Columns stand four to a block, in the four lanes of a vector. */
export const LANES = 4;

export interface Shape {
  readonly air: Air;
  /** All committed columns: the AIR's, then those of the lookup. */
  readonly main: readonly string[];
  readonly lookup: readonly string[];
  readonly mainBlocks: number;
  readonly lookupBlocks: number;
  /** Position of a column among the blocks (main blocks first): 4 * block + lane. */
  readonly position: (column: string) => number;
  /** Columns that are read in the next row, in order of position. */
  readonly nextColumns: readonly string[];
  /** Blocks that hold such columns. */
  readonly nextBlocks: readonly number[];
  readonly periodic: readonly string[];
  /** Blocks of periodic columns. */
  readonly periodicBlocks: number;
  readonly longestPeriod: number;
  /** Sum over the constraints of one domain of coefficient * constraint. */
  readonly domainSums: ReadonlyArray<{ domain: Domain; expression: Expression }>;
  /** Numerator and denominator of every group of fractions. */
  readonly groups: ReadonlyArray<{ numerator: Expression; denominator: Expression }>;
}

/** Name of the uniform that multiplies constraint number k. */
export const coefficient = (k: number): string => `coefficient_${k}`;

/**
 * Sum of coefficient * constraint. Constraints with a common left factor (the flag of an opcode) share
 * one multiplication by it.
 */
function weightedSum(
  constraints: ReadonlyArray<{ k: number; constraint: Constraint }>,
): Expression {
  const byFactor = new Map<Expression | number, Array<{ k: number; rest: Expression }>>();
  for (const { k, constraint } of constraints) {
    const { expression } = constraint;
    const factor = expression.kind === 'mul' ? expression.left : k;
    const rest = expression.kind === 'mul' ? expression.right : expression;
    byFactor.set(factor, [...(byFactor.get(factor) ?? []), { k, rest }]);
  }
  const terms = [...byFactor].map(([factor, members]) => {
    const inner = add(...members.map(({ k, rest }) => mul(uniform(coefficient(k)), rest)));
    return typeof factor === 'number' ? inner : mul(factor, inner);
  });
  return terms.length === 0 ? constant(0) : add(...terms);
}

function nextColumnsOf(expressions: readonly Expression[]): Set<string> {
  const found = new Set<string>();
  const seen = new Set<number>();
  const visit = (e: Expression): void => {
    if (seen.has(e.id)) return;
    seen.add(e.id);
    if (e.kind === 'cell' && e.next) found.add(e.column);
    if (e.kind === 'add' || e.kind === 'sub' || e.kind === 'mul') {
      visit(e.left);
      visit(e.right);
    }
  };
  expressions.forEach(visit);
  return found;
}

export function shapeOf(air: Air): Shape {
  for (const { name, expression, domain } of air.constraints) {
    const limit = domain === 'every' || domain === 'transition' ? MAXIMAL_DEGREE : 1;
    if (degree(expression) > limit)
      throw new RangeError(`constraint ${name} has degree above ${limit}`);
  }
  const main = air.columns;
  const lookup = lookupColumns(air);
  const mainBlocks = Math.ceil(main.length / LANES);
  const lookupBlocks = Math.ceil(lookup.length / LANES);
  const positions = new Map<string, number>();
  main.forEach((name, i) => {
    positions.set(name, i);
  });
  lookup.forEach((name, i) => {
    positions.set(name, LANES * mainBlocks + i);
  });
  if (positions.size !== main.length + lookup.length)
    throw new RangeError('two columns of one name');
  const position = (column: string): number => {
    const found = positions.get(column);
    if (found === undefined) throw new RangeError(`no column ${column}`);
    return found;
  };
  const next = nextColumnsOf(air.constraints.map((c) => c.expression));
  const nextColumns = [...next].sort((a, b) => position(a) - position(b));
  const numbered = air.constraints.map((constraint, k) => ({ k, constraint }));
  return {
    air,
    main,
    lookup,
    mainBlocks,
    lookupBlocks,
    position,
    nextColumns,
    nextBlocks: [...new Set(nextColumns.map((name) => Math.floor(position(name) / LANES)))],
    periodic: Object.keys(air.periodic),
    periodicBlocks: Math.ceil(Object.keys(air.periodic).length / LANES),
    longestPeriod: Math.max(...Object.values(air.periodic).map((values) => values.length)),
    domainSums: DOMAINS.map((domain) => ({
      domain,
      expression: weightedSum(numbered.filter(({ constraint }) => constraint.domain === domain)),
    })),
    groups: air.fractions.map(sumOfGroup),
  };
}

/** Whether an expression is the same in every row. */
export function isUniform(expression: Expression): boolean {
  return degree(expression) === 0;
}

/**
 * The largest uniform parts of expressions: what is computed once per proof. Small constants that only
 * scale are left to the code that uses them.
 */
export function uniformParts(expressions: readonly Expression[]): Expression[] {
  const found = new Map<number, Expression>();
  const seen = new Set<number>();
  const visit = (e: Expression): void => {
    if (isUniform(e)) {
      found.set(e.id, e);
      return;
    }
    if (seen.has(e.id)) return;
    seen.add(e.id);
    if (e.kind === 'add' || e.kind === 'sub' || e.kind === 'mul') {
      visit(e.left);
      visit(e.right);
    }
  };
  expressions.forEach(visit);
  return [...found.values()].sort((a, b) => a.id - b.id);
}
