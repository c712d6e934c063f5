import { type CasmClassJson, PRIME, StackError } from '@stackctl/types';
import { type CellRef, HINT_FIELDS, type Hint, type HintKind, type ResOperand } from './types.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Parses the hints of a compiled class: by program offset. Throws CLASS_MALFORMED for a kind that is
 * not in HINT_FIELDS, a missing or superfluous field, or an operand of another form.
 */
export function parseHints(hints: CasmClassJson['hints']): Map<number, readonly Hint[]> {
  if (!Array.isArray(hints)) malformed('hints is not a list');
  const parsed = new Map<number, readonly Hint[]>();
  for (const entry of hints) {
    if (!Array.isArray(entry) || entry.length !== 2) malformed('a hint entry is not a pair');
    const [pc, list] = entry as [unknown, unknown];
    if (typeof pc !== 'number' || !Number.isSafeInteger(pc) || pc < 0) {
      malformed('a hint stands at no program offset');
    }
    if (!Array.isArray(list)) malformed(`hints at ${pc} are not a list`);
    parsed.set(pc, [...(parsed.get(pc) ?? []), ...list.map(parseHint)]);
  }
  return parsed;
}

/** Parses one hint: `{"Kind": {...}}`, or the bare string of a kind without fields. */
export function parseHint(json: unknown): Hint {
  if (typeof json === 'string') return build(json, {});
  const [entry, ...more] = Object.entries(object(json, 'hint'));
  if (entry === undefined || more.length > 0) malformed('a hint is not of exactly one kind');
  return build(entry[0], object(entry[1] ?? {}, entry[0]));
}

function build(kind: string, fields: Json): Hint {
  if (!Object.hasOwn(HINT_FIELDS, kind)) malformed(`unknown hint ${JSON.stringify(kind)}`);
  const shape: Readonly<Record<string, 'in' | 'out' | 'cell'>> = HINT_FIELDS[kind as HintKind];
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
