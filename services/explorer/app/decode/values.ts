import { type Felt, feltToHex, readShortString } from '@stackctl/types';
import type { Abi, Field } from './abi.ts';

/** A value by its Cairo type, for showing. */
export type Value =
  | { readonly kind: 'felt' | 'address' | 'class'; readonly value: Felt }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'record'; readonly name: string; readonly members: readonly NamedValue[] };

export interface NamedValue {
  readonly name: string;
  readonly type: string;
  readonly value: Value;
}

/** Felts that do not fit their types: what is left is shown as it is. */
class Misfit extends Error {}

/** Arrays and nesting are as hostile as whoever sent them. */
const MAX_DEPTH = 16;

class Cursor {
  readonly #felts: readonly Felt[];
  #at = 0;

  constructor(felts: readonly Felt[]) {
    this.#felts = felts;
  }

  next(): Felt {
    const felt = this.#felts[this.#at++];
    if (felt === undefined) throw new Misfit('too few felts');
    return felt;
  }

  count(): number {
    const count = this.next();
    if (count > BigInt(this.#felts.length)) throw new Misfit('a list longer than its data');
    return Number(count);
  }

  get left(): number {
    return this.#felts.length - this.#at;
  }
}

/** Fields read from felts; undefined when they do not fit exactly. */
export function decodeFields(
  abi: Abi,
  fields: readonly Field[],
  felts: readonly Felt[],
): readonly NamedValue[] | undefined {
  const cursor = new Cursor(felts);
  try {
    const values = fields.map(({ name, type }) => ({ name, type, value: read(abi, type, cursor) }));
    return cursor.left === 0 ? values : undefined;
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}

const ADDRESS = /::(ContractAddress|EthAddress)$/;
const SIGNED = /^core::integer::i(8|16|32|64|128)$/;
const UNSIGNED = /^core::integer::u(8|16|32|64|128)$/;
const PRIME_HALF = 2n ** 250n;
const PRIME = 2n ** 251n + 17n * 2n ** 192n + 1n;

function read(abi: Abi, type: string, cursor: Cursor, depth = 0): Value {
  if (depth > MAX_DEPTH) throw new Misfit('nested too deeply');
  const inner = (each: string) => read(abi, each, cursor, depth + 1);
  if (type.startsWith('@')) return inner(type.slice(1));
  if (UNSIGNED.test(type)) return { kind: 'integer', value: cursor.next() };
  if (SIGNED.test(type)) {
    const value = cursor.next();
    return { kind: 'integer', value: value > PRIME_HALF ? value - PRIME : value };
  }
  switch (type) {
    case 'core::integer::u256':
      return { kind: 'integer', value: cursor.next() + (cursor.next() << 128n) };
    case 'core::integer::u512':
      return {
        kind: 'integer',
        value: [0n, 128n, 256n, 384n].reduce((sum, shift) => sum + (cursor.next() << shift), 0n),
      };
    case 'core::bool':
      return { kind: 'text', text: cursor.next() === 0n ? 'false' : 'true' };
    case 'core::byte_array::ByteArray':
      return { kind: 'text', text: byteArray(cursor) };
    case '()':
      return { kind: 'text', text: '()' };
  }
  if (ADDRESS.test(type)) return { kind: 'address', value: cursor.next() };
  if (type.endsWith('::ClassHash')) return { kind: 'class', value: cursor.next() };
  const parameters = generics(type);
  if (/^core::array::(Array|Span)::</.test(type)) {
    const item = parameters[0] ?? '()';
    return { kind: 'list', items: Array.from({ length: cursor.count() }, () => inner(item)) };
  }
  if (type.startsWith('core::zeroable::NonZero::<')) return inner(parameters[0] ?? '()');
  if (type.startsWith('core::option::Option::<')) {
    return cursor.next() === 0n
      ? variant('Some', parameters[0] ?? '()', inner)
      : { kind: 'text', text: 'None' };
  }
  if (type.startsWith('core::result::Result::<')) {
    const ok = cursor.next() === 0n;
    return variant(ok ? 'Ok' : 'Err', parameters[ok ? 0 : 1] ?? '()', inner);
  }
  if (type.startsWith('(')) {
    return { kind: 'list', items: split(type.slice(1, -1)).map(inner) };
  }
  if (type.startsWith('[')) {
    const end = type.lastIndexOf(';');
    const length = Number(type.slice(end + 1, -1));
    if (!(length <= cursor.left)) throw new Misfit('an array longer than its data');
    return { kind: 'list', items: Array.from({ length }, () => inner(type.slice(1, end).trim())) };
  }
  const members = abi.struct(type);
  if (members !== undefined) {
    const values = members.map(({ name, type: each }) => ({
      name,
      type: each,
      value: inner(each),
    }));
    return { kind: 'record', name: shortType(type), members: values };
  }
  const variants = abi.variants(type);
  if (variants !== undefined) {
    const chosen = variants[Number(cursor.next())];
    if (chosen === undefined) throw new Misfit('no such variant');
    return variant(chosen.name, chosen.type, inner);
  }
  // felt252, bytes31, storage addresses, and what the ABI does not describe.
  return { kind: 'felt', value: cursor.next() };
}

function variant(name: string, type: string, inner: (type: string) => Value): Value {
  if (type === '()') return { kind: 'text', text: name };
  return { kind: 'record', name, members: [{ name: '', type, value: inner(type) }] };
}

/** Full words of 31 bytes, then the pending word with its length. */
function byteArray(cursor: Cursor): string {
  const bytes: number[] = [];
  const push = (word: Felt, length: number) => {
    for (let i = length - 1; i >= 0; i--) bytes.push(Number((word >> BigInt(8 * i)) & 0xffn));
  };
  const words = Array.from({ length: cursor.count() }, () => cursor.next());
  for (const word of words) push(word, 31);
  const pending = cursor.next();
  const length = cursor.next();
  if (length > 30n) throw new Misfit('a pending word of 31 bytes or more');
  push(pending, Number(length));
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** The last part of a path: "core::integer::u256" is u256, with its parameters shortened alike. */
export function shortType(type: string): string {
  return type.replace(/[A-Za-z_][A-Za-z0-9_]*::(?!<)/g, '').replaceAll('::<', '<');
}

/** A felt as text, when it is printable; felts of contracts often are. */
export function feltText(value: Felt): string {
  const text = value > 0xffn ? readShortString(value) : undefined;
  return text === undefined || text.length < 2 ? feltToHex(value) : `'${text}'`;
}

/** What stands between the outermost `<` and `>`. */
function generics(type: string): string[] {
  const start = type.indexOf('<');
  return start < 0 ? [] : split(type.slice(start + 1, type.lastIndexOf('>')));
}

/** Splits at the commas that stand outside of brackets. */
function split(types: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of types) {
    if ('<([{'.includes(character)) depth++;
    if ('>)]}'.includes(character)) depth--;
    if (character === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += character;
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
}
