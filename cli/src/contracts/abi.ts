import { StackError } from '@stackctl/types';
import type { Abi } from 'starknet';

/** A parameter or a member: its name, and its Cairo type as the ABI writes it. */
export interface Field {
  readonly name: string;
  readonly type: string;
}

export interface AbiFunction {
  readonly name: string;
  readonly inputs: readonly Field[];
  readonly outputs: ReadonlyArray<{ readonly type: string }>;
}

/** A Cairo type by what a value of it looks like. */
export type Shape =
  | { readonly kind: 'integer'; readonly min: bigint; readonly max: bigint }
  /** A field element that is shown in hex: felt252, addresses, hashes. */
  | { readonly kind: 'felt' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'text' }
  | { readonly kind: 'unit' }
  | { readonly kind: 'list'; readonly item: string }
  | { readonly kind: 'tuple'; readonly items: readonly string[] }
  | { readonly kind: 'option'; readonly item: string }
  | { readonly kind: 'result'; readonly variants: readonly Field[] }
  | { readonly kind: 'struct'; readonly members: readonly Field[] }
  | { readonly kind: 'enum'; readonly variants: readonly Field[] };

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly inputs?: readonly Field[];
  readonly outputs?: ReadonlyArray<{ readonly type: string }>;
  readonly items?: readonly Entry[];
  readonly members?: readonly Field[];
  readonly variants?: readonly Field[];
}

const FELTS =
  /^core::(felt252|bytes_31::bytes31|starknet::(contract_address::ContractAddress|class_hash::ClassHash|eth_address::EthAddress|storage_access::StorageAddress))$/;
const INTEGER = /^core::integer::([ui])(8|16|32|64|128|256|512)$/;

/** Looks things up in a contract's ABI. */
export class AbiView {
  readonly abi: Abi;
  readonly #entries: readonly Entry[];

  constructor(abi: Abi) {
    this.abi = abi;
    this.#entries = (abi as readonly Entry[]).flatMap((entry) => [entry, ...(entry.items ?? [])]);
  }

  /** Throws USAGE, naming what there is. */
  function(name: string): AbiFunction {
    const functions = this.#entries.filter(({ type }) => type === 'function');
    const found = functions.find((entry) => entry.name === name);
    if (found === undefined) {
      const names = functions.map((entry) => entry.name).join(', ');
      const reason = `the contract has no function ${name}; it has ${names || 'none'}`;
      throw new StackError('USAGE', { reason });
    }
    return { name, inputs: found.inputs ?? [], outputs: found.outputs ?? [] };
  }

  /** The constructor; one without parameters when the contract has none. */
  constructorOf(): AbiFunction {
    const found = this.#entries.find(({ type }) => type === 'constructor');
    return { name: 'constructor', inputs: found?.inputs ?? [], outputs: [] };
  }

  shape(type: string): Shape {
    if (FELTS.test(type)) return { kind: 'felt' };
    const [, sign, bits] = INTEGER.exec(type) ?? [];
    if (sign !== undefined) {
      const width = BigInt(bits ?? 0);
      return sign === 'u'
        ? { kind: 'integer', min: 0n, max: (1n << width) - 1n }
        : { kind: 'integer', min: -(1n << (width - 1n)), max: (1n << (width - 1n)) - 1n };
    }
    if (type === 'core::bool') return { kind: 'bool' };
    if (type === 'core::byte_array::ByteArray') return { kind: 'text' };
    if (type === '()') return { kind: 'unit' };
    if (type.startsWith('@')) return this.shape(type.slice(1));
    const inner = generics(type);
    if (/^core::array::(Array|Span)::</.test(type)) return { kind: 'list', item: inner[0] ?? '()' };
    if (type.startsWith('core::option::Option::<'))
      return { kind: 'option', item: inner[0] ?? '()' };
    if (type.startsWith('core::result::Result::<')) {
      const [ok = '()', err = '()'] = inner;
      const variants = [
        { name: 'Ok', type: ok },
        { name: 'Err', type: err },
      ];
      return { kind: 'result', variants };
    }
    if (type.startsWith('core::zeroable::NonZero::<')) return this.shape(inner[0] ?? '()');
    if (type.startsWith('(')) return { kind: 'tuple', items: split(type.slice(1, -1)) };
    if (type.startsWith('[')) return fixedArray(type);
    return this.#declared(type);
  }

  #declared(type: string): Shape {
    const entry = this.#entries.find((each) => each.name === type);
    if (entry?.type === 'struct') return { kind: 'struct', members: entry.members ?? [] };
    if (entry?.type === 'enum') return { kind: 'enum', variants: entry.variants ?? [] };
    throw new StackError('USAGE', { reason: `the ABI does not say what a ${type} is; use --raw` });
  }
}

/** `[T; 3]` is a tuple of three. */
function fixedArray(type: string): Shape {
  const end = type.lastIndexOf(';');
  const length = Number(type.slice(end + 1, -1));
  return { kind: 'tuple', items: Array<string>(length).fill(type.slice(1, end).trim()) };
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
