import { type Felt, type PublicPage, StackError } from '@stackctl/types';

/** Public cells by address: what a verified proof says that memory holds. */
export class PublicMemory {
  readonly #cells = new Map<number, Felt>();

  constructor(pages: readonly PublicPage[]) {
    for (const page of pages)
      for (const [index, value] of page.values.entries())
        this.#cells.set(page.address + index, value);
  }

  /** @throws StackError PROOF_REJECTED when the cell is not public. */
  at(address: number): Felt {
    const value = this.#cells.get(address);
    if (value === undefined) throw rejected(`cell ${address} is not public`);
    return value;
  }

  /** The cells of `[begin, end)`; all of them must be public. */
  range(begin: number, end: number): Felt[] {
    if (end < begin) throw rejected(`[${begin}, ${end}) is not a range`);
    const values: Felt[] = [];
    for (let address = begin; address < end; address++) values.push(this.at(address));
    return values;
  }

  /** A cell that holds an address. */
  pointer(address: number): number {
    const value = this.at(address);
    if (value >= MAX_ADDRESS) throw rejected(`cell ${address} holds no address`);
    return Number(value);
  }
}

/** Addresses stay below this: far above any trace, and exact as a number. */
export const MAX_ADDRESS: bigint = 2n ** 32n;

/** Sorts ranges of addresses and joins those that touch or overlap. Empty ones vanish. */
export function joinRanges(
  ranges: ReadonlyArray<{ readonly begin: number; readonly stop: number }>,
): Array<{ begin: number; stop: number }> {
  const sorted = ranges.filter((range) => range.stop > range.begin);
  sorted.sort((left, right) => left.begin - right.begin);
  const joined: Array<{ begin: number; stop: number }> = [];
  for (const { begin, stop } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && begin <= last.stop) last.stop = Math.max(last.stop, stop);
    else joined.push({ begin, stop });
  }
  return joined;
}

export function rejected(reason: string): StackError<'PROOF_REJECTED'> {
  return new StackError('PROOF_REJECTED', { reason });
}
