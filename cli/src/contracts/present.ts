import { feltToHex } from '@stackctl/types';
import { CairoCustomEnum, CairoOption, type CairoResult, CallData } from 'starknet';
import type { AbiFunction, AbiView } from './abi.ts';

/** A value as JSON: integers as decimal texts, felts in hex, enums as `"A"` or `{"A": value}`. */
export type Shown =
  | string
  | boolean
  | null
  | readonly Shown[]
  | { readonly [member: string]: Shown };

/** What a function returned, decoded by its ABI. Null when it returns nothing. */
export function presentResult(
  abi: AbiView,
  { name, outputs }: AbiFunction,
  felts: readonly string[],
): Shown {
  const [output, ...more] = outputs;
  if (output === undefined || output.type === '()') return null;
  if (more.length > 0) return felts;
  return present(abi, output.type, new CallData(abi.abi).parse(name, [...felts]));
}

function present(abi: AbiView, type: string, value: unknown): Shown {
  const shape = abi.shape(type);
  switch (shape.kind) {
    case 'felt':
      return feltToHex(BigInt(value as bigint));
    case 'integer':
      return BigInt(value as bigint).toString();
    case 'bool':
      return value === true;
    case 'text':
      return String(value);
    case 'unit':
      return null;
    case 'list':
      return (value as readonly unknown[]).map((item) => present(abi, shape.item, item));
    case 'tuple': {
      // starknet.js gives tuples as {0: ..., 1: ...}, and fixed arrays as lists.
      const members = value as Readonly<Record<number, unknown>>;
      return shape.items.map((item, i) => present(abi, item, members[i]));
    }
    case 'option': {
      const option = value as CairoOption<unknown>;
      return option instanceof CairoOption && option.isSome()
        ? present(abi, shape.item, option.unwrap())
        : null;
    }
    case 'struct': {
      const members = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(
        shape.members.map((member) => [
          member.name,
          present(abi, member.type, members[member.name]),
        ]),
      );
    }
    case 'result':
    case 'enum': {
      const made = value as CairoCustomEnum | CairoResult<unknown, unknown>;
      const active =
        made instanceof CairoCustomEnum ? made.activeVariant() : made.isOk() ? 'Ok' : 'Err';
      const variant = shape.variants.find(({ name }) => name === active);
      if (variant === undefined || variant.type === '()') return active;
      return { [active]: present(abi, variant.type, made.unwrap()) };
    }
  }
}

/** One line for people: texts and numbers bare, everything else as JSON. */
export function oneLine(value: Shown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
