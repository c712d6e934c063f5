import { type Felt, PRIME, StackError } from '@stackctl/types';

/** More would not fit into a proof. */
const MAX_ARGUMENTS = 2 ** 20;
const MAX_DEPTH = 16;
const NUMBER = /^(0x[0-9a-fA-F]{1,64}|[0-9]{1,77})$/;

/**
 * The arguments of an executable from JSON: a list of felts (hex or decimal texts, or numbers), as in
 * scarb's `--arguments-file`: what `Serde` makes of the parameters. A list inside the list stands for an
 * array: its length, then its items.
 *
 * @throws StackError USAGE with the place of what is wrong
 */
export function parseArguments(json: unknown): Felt[] {
  if (!Array.isArray(json)) refuse('the arguments are not a JSON list');
  const felts: Felt[] = [];
  const add = (felt: Felt) => {
    if (felts.length >= MAX_ARGUMENTS) refuse(`more than ${MAX_ARGUMENTS} felts`);
    felts.push(felt);
  };
  const visit = (items: readonly unknown[], place: string, depth: number): void => {
    if (depth > MAX_DEPTH) refuse(`${place}: lists in lists, more than ${MAX_DEPTH} deep`);
    for (const [index, item] of items.entries()) {
      const here = `${place}[${index}]`;
      if (Array.isArray(item)) {
        add(BigInt(item.length));
        visit(item, here, depth + 1);
      } else add(feltOf(item, here));
    }
  };
  visit(json, 'arguments', 1);
  return felts;
}

function feltOf(item: unknown, place: string): Felt {
  if (typeof item === 'number' && !Number.isSafeInteger(item))
    refuse(`${place}: ${item} is not exact: write it as a text`);
  const text = typeof item === 'number' ? String(item) : item;
  if (typeof text !== 'string' || !NUMBER.test(text))
    refuse(`${place}: ${JSON.stringify(item)} is not a felt (hex or decimal)`);
  const felt = BigInt(text);
  if (felt >= PRIME) refuse(`${place}: ${text} is not below the field's prime`);
  return felt;
}

function refuse(reason: string): never {
  throw new StackError('USAGE', { reason: `input: ${reason}` });
}
