/**
 * Expressions over the cells of two neighbouring rows: the language in which the AIR is written once.
 * Nodes are interned, so that equal expressions are one object and generated code computes them once.
 */
export type Expression =
  | { readonly kind: 'constant'; readonly id: number; readonly value: bigint }
  /** A cell of this row, or of the next (the row after the last is the first). */
  | { readonly kind: 'cell'; readonly id: number; readonly column: string; readonly next: boolean }
  /** A public function of the row number with a power-of-two period. */
  | { readonly kind: 'periodic'; readonly id: number; readonly name: string }
  /** The same in every row: a challenge or a value of the statement. */
  | { readonly kind: 'uniform'; readonly id: number; readonly name: string }
  | {
      readonly kind: 'add' | 'sub' | 'mul';
      readonly id: number;
      readonly left: Expression;
      readonly right: Expression;
    };

export type Operand = Expression | bigint | number;

const interned = new Map<string, Expression>();

// Distributes over the union, so that each member keeps its own fields.
type Draft = Expression extends infer E ? (E extends Expression ? Omit<E, 'id'> : never) : never;

function intern(key: string, draft: Draft): Expression {
  const known = interned.get(key);
  if (known !== undefined) return known;
  const created = { ...draft, id: interned.size } as Expression;
  interned.set(key, created);
  return created;
}

export function constant(value: bigint | number): Expression {
  return intern(`=${value}`, { kind: 'constant', value: BigInt(value) });
}

export function cell(column: string): Expression {
  return intern(`.${column}`, { kind: 'cell', column, next: false });
}

export function next(column: string): Expression {
  return intern(`>${column}`, { kind: 'cell', column, next: true });
}

export function periodic(name: string): Expression {
  return intern(`~${name}`, { kind: 'periodic', name });
}

export function uniform(name: string): Expression {
  return intern(`#${name}`, { kind: 'uniform', name });
}

const lift = (x: Operand): Expression => (typeof x === 'object' ? x : constant(x));
const isConstant = (x: Expression, value: bigint) => x.kind === 'constant' && x.value === value;

function binary(kind: 'add' | 'sub' | 'mul', left: Expression, right: Expression): Expression {
  return intern(`${left.id}${kind}${right.id}`, { kind, left, right });
}

export function sub(a: Operand, b: Operand): Expression {
  const [left, right] = [lift(a), lift(b)];
  if (left.kind === 'constant' && right.kind === 'constant')
    return constant(left.value - right.value);
  return isConstant(right, 0n) ? left : binary('sub', left, right);
}

export function add(...operands: readonly Operand[]): Expression {
  return operands.map(lift).reduce((left, right) => {
    if (left.kind === 'constant' && right.kind === 'constant')
      return constant(left.value + right.value);
    if (isConstant(left, 0n)) return right;
    return isConstant(right, 0n) ? left : binary('add', left, right);
  });
}

export function mul(...operands: readonly Operand[]): Expression {
  return operands.map(lift).reduce((left, right) => {
    if (left.kind === 'constant' && right.kind === 'constant')
      return constant(left.value * right.value);
    if (isConstant(left, 0n) || isConstant(right, 0n)) return constant(0);
    if (isConstant(left, 1n)) return right;
    return isConstant(right, 1n) ? left : binary('mul', left, right);
  });
}

/** The degree in the trace polynomials; a periodic value counts as one. */
export function degree(expression: Expression): number {
  switch (expression.kind) {
    case 'constant':
    case 'uniform':
      return 0;
    case 'cell':
    case 'periodic':
      return 1;
    case 'mul':
      return degree(expression.left) + degree(expression.right);
    case 'add':
    case 'sub':
      return Math.max(degree(expression.left), degree(expression.right));
  }
}

/** What the leaves of an expression stand for. */
export interface Assignment {
  cell(column: string, next: boolean): bigint;
  periodic(name: string): bigint;
  uniform(name: string): bigint;
}

/** The value of an expression modulo `prime`: the reference that generated code is tested against. */
export function evaluate(expression: Expression, at: Assignment, prime: bigint): bigint {
  const seen = new Map<number, bigint>();
  const visit = (e: Expression): bigint => {
    const known = seen.get(e.id);
    if (known !== undefined) return known;
    let value: bigint;
    if (e.kind === 'constant') value = e.value;
    else if (e.kind === 'cell') value = at.cell(e.column, e.next);
    else if (e.kind === 'periodic') value = at.periodic(e.name);
    else if (e.kind === 'uniform') value = at.uniform(e.name);
    else {
      const left = visit(e.left);
      const right = visit(e.right);
      value = e.kind === 'add' ? left + right : e.kind === 'sub' ? left - right : left * right;
    }
    value = ((value % prime) + prime) % prime;
    seen.set(e.id, value);
    return value;
  };
  return visit(expression);
}
