// The AIR judged row by row in BigInt: which constraints a trace violates.
import { type CairoStatement, PRIME } from '@stackctl/types';
import type { Constraint } from '../src/air/air.ts';
import { evaluate } from '../src/air/expression.ts';
import { airOf, type Layout, layoutOf } from '../src/air/layouts.ts';
import type { TraceTable } from '../src/prover/table.ts';

/** What is read of a trace. */
type Cells = Pick<TraceTable, 'get' | 'rows' | 'layout'>;

/** A trace that does not change any more: each cell is fetched once. */
export function frozen(table: TraceTable): Cells {
  const columns = new Map<string, bigint[]>();
  const get = (column: string, row: number): bigint => {
    const values = columns.get(column) ?? [];
    if (values.length === 0) columns.set(column, values);
    values[row] ??= table.get(column, row);
    return values[row];
  };
  return { rows: table.rows, layout: table.layout, get };
}

/** The values of the statement that the AIR uses. */
export function statementUniforms(statement: CairoStatement): Record<string, bigint> {
  const { builtins } = layoutOf(statement.layout) as Layout;
  const uses = builtins.flatMap(({ name, cells, rows }) => {
    const { begin = 0, stop = 0 } = statement.segments.find((s) => s.name === name) ?? {};
    const used = (rows * (stop - begin)) / cells;
    return Object.entries({
      [`${name}_begin`]: BigInt(begin),
      [`${name}_rows`]: BigInt(used),
      [`${name}_first`]: used > 0 ? 1n : 0n,
      [`${name}_last`]: used === 2 ** statement.logSteps ? 1n : 0n,
    });
  });
  const { initial, final } = statement;
  return {
    initial_pc: BigInt(initial.pc),
    initial_ap: BigInt(initial.ap),
    initial_fp: BigInt(initial.fp),
    final_pc: BigInt(final.pc),
    final_ap: BigInt(final.ap),
    final_fp: BigInt(final.fp),
    ...Object.fromEntries(uses),
  };
}

/** The value of a constraint in a row. */
export function valueIn(
  constraint: Constraint,
  table: Cells,
  row: number,
  uniforms: Record<string, bigint>,
): bigint {
  const { periodic } = airOf(table.layout);
  return evaluate(
    constraint.expression,
    {
      cell: (column, next) => table.get(column, next ? (row + 1) % table.rows : row),
      periodic: (name) => {
        const values = periodic[name] as readonly bigint[];
        return values[row % values.length] as bigint;
      },
      uniform: (name) => {
        const value = uniforms[name];
        if (value === undefined) throw new RangeError(`no uniform ${name}`);
        return value;
      },
    },
    PRIME,
  );
}

/** The rows of a constraint's domain. */
export function rowsOf(constraint: Constraint, rows: number): { from: number; to: number } {
  if (constraint.domain === 'first') return { from: 0, to: 1 };
  if (constraint.domain === 'last') return { from: rows - 1, to: rows };
  return { from: 0, to: constraint.domain === 'transition' ? rows - 1 : rows };
}

/** A row of [low, high) in which the constraint does not vanish; undefined if there is none. */
export function violation(
  constraint: Constraint,
  table: Cells,
  uniforms: Record<string, bigint>,
  low = 0,
  high = table.rows,
): number | undefined {
  const { from, to } = rowsOf(constraint, table.rows);
  for (let row = Math.max(from, low); row < Math.min(to, high); row++)
    if (valueIn(constraint, table, row, uniforms) !== 0n) return row;
  return undefined;
}

/** The columns that a constraint reads, this row's and the next's. */
export function cellsOf(constraint: Constraint): Array<{ column: string; next: boolean }> {
  const found = new Map<string, { column: string; next: boolean }>();
  const visit = (e: Constraint['expression']): void => {
    if (e.kind === 'cell') found.set(`${e.column}${e.next}`, { column: e.column, next: e.next });
    if (e.kind === 'add' || e.kind === 'sub' || e.kind === 'mul') {
      visit(e.left);
      visit(e.right);
    }
  };
  visit(constraint.expression);
  return [...found.values()];
}
