import { PRIME, StackError, shortString } from '@stackctl/types';
import {
  CairoCustomEnum,
  CairoOption,
  CairoOptionVariant,
  CairoResult,
  CairoResultVariant,
  CallData,
  cairo,
} from 'starknet';
import type { AbiFunction, AbiView, Field, Shape } from './abi.ts';

/**
 * Calldata of a function from the words of a command line:
 *
 *   felt252, addresses   0x1f, 31, or a short string (hello)
 *   integers             0x1f or 31 (u256 is one argument)
 *   bool                 true, false
 *   ByteArray            any text
 *   lists, tuples        JSON: [1, 2, "0x3"]
 *   structs              JSON: {"title": "x", "price": 5}
 *   enums                Variant, or JSON: {"Variant": value}
 *   Option               null, or a value
 *
 * Throws USAGE, naming the parameter.
 */
export function encodeArguments(
  abi: AbiView,
  { name, inputs }: AbiFunction,
  words: readonly string[],
): string[] {
  if (words.length !== inputs.length) {
    const parameters = inputs.map((each) => `${each.name}: ${shortType(each.type)}`).join(', ');
    const reason = `${name}(${parameters}) takes ${inputs.length} arguments, got ${words.length}`;
    throw new StackError('USAGE', { reason });
  }
  if (inputs.length === 0) return [];
  const values = inputs.map((input, i) => fromWord(abi, input, words[i] as string));
  return CallData.toHex(new CallData(abi.abi).compile(name, values as never));
}

/** Felts as they go on the wire. Throws USAGE. */
export function encodeRaw(words: readonly string[]): string[] {
  return words.map((word, i) => `0x${felt(word, `argument ${i + 1}`).toString(16)}`);
}

function fromWord(abi: AbiView, { name, type }: Field, word: string): unknown {
  const shape = abi.shape(type);
  const scalar = ['integer', 'felt', 'bool', 'text'].includes(shape.kind);
  if (scalar) return toValue(abi, shape, word, name);
  if (shape.kind === 'enum' && shape.variants.some((variant) => variant.name === word))
    return toValue(abi, shape, word, name);
  if (shape.kind === 'option' && word !== 'null')
    return some(fromWord(abi, { name, type: shape.item }, word));
  return toValue(abi, shape, parseJson(word, name, type), name);
}

/** JSON with numbers of any size: they stay the text that they are. */
function parseJson(word: string, name: string, type: string): unknown {
  const keepDigits = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value;
  try {
    return JSON.parse(word, keepDigits as (key: string, value: unknown) => unknown);
  } catch {
    throw wrong(name, `JSON for ${shortType(type)}`, word);
  }
}

function toValue(abi: AbiView, shape: Shape, value: unknown, at: string): unknown {
  switch (shape.kind) {
    case 'felt':
      return felt(value, at);
    case 'integer':
      return integer(value, shape, at);
    case 'bool':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw wrong(at, 'true or false', value);
    case 'text':
      if (typeof value === 'string') return value;
      throw wrong(at, 'a text', value);
    case 'unit':
      return {};
    case 'list':
      return items(value, at).map((item, i) =>
        toValue(abi, abi.shape(shape.item), item, `${at}[${i}]`),
      );
    case 'tuple': {
      const list = items(value, at);
      const { length } = shape.items;
      if (list.length !== length) throw wrong(at, `a list of ${length}`, value);
      const made = shape.items.map((type, i) =>
        toValue(abi, abi.shape(type), list[i], `${at}[${i}]`),
      );
      return cairo.tuple(...(made as never[]));
    }
    case 'option':
      return value === null
        ? new CairoOption(CairoOptionVariant.None)
        : some(toValue(abi, abi.shape(shape.item), value, at));
    case 'struct':
      return struct(abi, shape.members, value, at);
    case 'result': {
      const { name, content } = variant(abi, shape.variants, value, at);
      const which = name === 'Ok' ? CairoResultVariant.Ok : CairoResultVariant.Err;
      return new CairoResult(which, content);
    }
    case 'enum': {
      const { name, content } = variant(abi, shape.variants, value, at);
      return new CairoCustomEnum({ [name]: content });
    }
  }
}

function some(value: unknown): CairoOption<unknown> {
  return new CairoOption(CairoOptionVariant.Some, value);
}

function struct(abi: AbiView, members: readonly Field[], value: unknown, at: string): object {
  const names = members.map(({ name }) => name);
  if (!isObject(value)) throw wrong(at, `an object with ${names.join(', ')}`, value);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  const missing = names.find((name) => !(name in value));
  if (unknown !== undefined || missing !== undefined) {
    const got = unknown === undefined ? `none called ${missing}` : unknown;
    throw wrong(at, `the members ${names.join(', ')}`, got);
  }
  return Object.fromEntries(
    members.map(({ name, type }) => [
      name,
      toValue(abi, abi.shape(type), value[name], `${at}.${name}`),
    ]),
  );
}

/** `"Variant"` or `{"Variant": value}`. */
function variant(
  abi: AbiView,
  variants: readonly Field[],
  value: unknown,
  at: string,
): { name: string; content: unknown } {
  const entries = isObject(value) ? Object.entries(value) : [[String(value), undefined] as const];
  const [name, content] = entries[0] ?? ['', undefined];
  const found = variants.find((each) => each.name === name);
  if (found === undefined || entries.length !== 1) {
    const expected = variants
      .map((each) => (each.type === '()' ? each.name : `{"${each.name}": ...}`))
      .join(', ');
    throw wrong(at, `one of ${expected}`, value);
  }
  const shape = abi.shape(found.type);
  if (shape.kind !== 'unit' && content === undefined)
    throw wrong(at, `{"${name}": ...} with its value`, value);
  return { name, content: toValue(abi, shape, content, `${at}.${name}`) };
}

function items(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(at, 'a list', value);
  return value;
}

const NUMBER = /^(0x[0-9a-fA-F]+|\d+)$/;

function felt(value: unknown, at: string): bigint {
  const expected = 'a felt (0x1f, 31, or a short string of ASCII)';
  if (typeof value !== 'string') throw wrong(at, expected, value);
  if (NUMBER.test(value)) {
    const number = BigInt(value);
    if (number < PRIME) return number;
  } else if (/^[\x20-\x7e]{1,31}$/.test(value)) return shortString(value);
  throw wrong(at, expected, value);
}

function integer(value: unknown, { min, max }: { min: bigint; max: bigint }, at: string): bigint {
  if (typeof value === 'string' && /^-?(0x[0-9a-fA-F]+|\d+)$/.test(value)) {
    const number = value.startsWith('-') ? -BigInt(value.slice(1)) : BigInt(value);
    if (number >= min && number <= max) return number;
  }
  throw wrong(at, `an integer from ${min} to ${max}`, value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(at: string, expected: string, got: unknown): StackError<'USAGE'> {
  const shown = typeof got === 'string' ? got : JSON.stringify(got);
  return new StackError('USAGE', { reason: `${at}: expected ${expected}, got ${shown}` });
}

/** `core::array::Array::<core::felt252>` as people write it: `Array<felt252>`. */
export function shortType(type: string): string {
  return type.replace(/(?:\w+::)+(\w+)/g, '$1').replaceAll('::<', '<');
}
