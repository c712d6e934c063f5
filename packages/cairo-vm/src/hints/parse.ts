import { type CasmClassJson, PRIME, StackError } from '@stackctl/types';
import {
  type CellRef,
  EXTERNAL_HINT_FIELDS,
  HINT_FIELDS,
  type Hint,
  type ResOperand,
} from './types.ts';

type Json = Readonly<Record<string, unknown>>;
type Kinds = Readonly<Record<string, Readonly<Record<string, 'in' | 'out' | 'cell'>>>>;

/** What executables may have: the hints of contracts, and those of their wrapper. */
export const EXECUTABLE_HINTS: Kinds = { ...HINT_FIELDS, ...EXTERNAL_HINT_FIELDS };

/**
 * Parses the hints of a compiled class: by program offset. Throws CLASS_MALFORMED for a kind that is
 * not in `kinds` (those of contracts by default), a missing or superfluous field, or an operand of
 * another form.
 */
export function parseHints(
  hints: CasmClassJson['hints'],
  kinds: Kinds = HINT_FIELDS,
): Map<number, readonly Hint[]> {
  if (!Array.isArray(hints)) malformed('hints is not a list');
  const parsed = new Map<number, readonly Hint[]>();
  for (const entry of hints) {
    if (!Array.isArray(entry) || entry.length !== 2) malformed('a hint entry is not a pair');
    const [pc, list] = entry as [unknown, unknown];
    if (typeof pc !== 'number' || !Number.isSafeInteger(pc) || pc < 0) {
      malformed('a hint stands at no program offset');
    }
    if (!Array.isArray(list)) malformed(`hints at ${pc} are not a list`);
    parsed.set(pc, [...(parsed.get(pc) ?? []), ...list.map((hint) => parseHint(hint, kinds))]);
  }
  return parsed;
}

/** Parses one hint: `{"Kind": {...}}`, or the bare string of a kind without fields. */
export function parseHint(json: unknown, kinds: Kinds = HINT_FIELDS): Hint {
  if (typeof json === 'string') return build(json, {}, kinds);
  const [entry, ...more] = Object.entries(object(json, 'hint'));
  if (entry === undefined || more.length > 0) malformed('a hint is not of exactly one kind');
  return build(entry[0], object(entry[1] ?? {}, entry[0]), kinds);
}

function build(kind: string, fields: Json, kinds: Kinds): Hint {
  const shape = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (shape === undefined) malformed(`unknown hint ${JSON.stringify(kind)}`);
  for (const name of Object.keys(fields)) {
    if (!Object.hasOwn(shape, name)) malformed(`hint ${kind} has an unknown field ${name}`);
  }
  const hint: Record<string, unknown> = { kind };
  for (const [name, role] of Object.entries(shape)) {
    const where = `${kind}.${name}`;
    hint[name] = role === 'in' ? operand(fields[name], where) : cellRef(fields[name], where);
  }
  return hint as unknown as Hint;
}

function operand(json: unknown, where: string): ResOperand {
  const [entry, ...more] = Object.entries(object(json, where));
  if (entry === undefined || more.length > 0) malformed(`${where} is not one operand`);
  const [form, value] = entry;
  switch (form) {
    case 'Deref':
      return { kind: 'deref', cell: cellRef(value, where) };
    case 'DoubleDeref': {
      if (!Array.isArray(value) || value.length !== 2) malformed(`${where} is not a double deref`);
      return {
        kind: 'doubleDeref',
        cell: cellRef(value[0], where),
        offset: offset(value[1], where),
      };
    }
    case 'Immediate':
      return { kind: 'immediate', value: immediate(value, where) };
    case 'BinOp': {
      const { op, a, b } = object(value, where);
      if (op !== 'Add' && op !== 'Mul') malformed(`${where} has an unknown operation`);
      const right = object(b, where);
      return {
        kind: op === 'Add' ? 'add' : 'mul',
        a: cellRef(a, where),
        b: 'Deref' in right ? cellRef(right.Deref, where) : immediate(right.Immediate, where),
      };
    }
    default:
      return malformed(`${where} has an unknown operand form ${JSON.stringify(form)}`);
  }
}

function cellRef(json: unknown, where: string): CellRef {
  const { register, offset: distance } = object(json, where);
  if (register !== 'AP' && register !== 'FP') malformed(`${where} names no register`);
  return { register, offset: offset(distance, where) };
}

/** Offsets are 16-bit signed. */
function offset(json: unknown, where: string): number {
  if (typeof json !== 'number' || !Number.isInteger(json) || json < -32768 || json > 32767) {
    malformed(`${where} has no 16-bit offset`);
  }
  return json;
}

/** Immediates are hexadecimal, negative ones with a leading minus. */
function immediate(json: unknown, where: string): bigint {
  if (typeof json !== 'string' || !/^-?0x[0-9a-fA-F]{1,64}$/.test(json)) {
    malformed(`${where} is not an immediate`);
  }
  const negative = json.startsWith('-');
  const magnitude = BigInt(negative ? json.slice(1) : json) % PRIME;
  return negative && magnitude !== 0n ? PRIME - magnitude : magnitude;
}

function object(json: unknown, where: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    malformed(`${where} is not an object`);
  }
  return json as Json;
}

function malformed(reason: string): never {
  throw new StackError('CLASS_MALFORMED', { reason });
}
