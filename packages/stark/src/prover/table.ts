import { PRIME } from '@stackctl/types';
import { lookupColumns } from '../air/air.ts';
import { airOf, type LayoutName } from '../air/layouts.ts';
import type { Machine } from './machine.ts';
import type { Regions, Sizes } from './plan.ts';

/** i with its `bits` low bits reversed. */
export function reverseBits(i: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
  return reversed;
}

/** Sets one lane of a row of vectors. `buffer`: 128 bytes of scratch. */
export function writeCell(
  { exports, memory }: Machine,
  block: number,
  position: number,
  lane: number,
  value: bigint,
  buffer: number,
): void {
  const wire = ((((value % PRIME) + PRIME) % PRIME) * 2n ** 256n) % PRIME;
  const bytes = new Uint8Array(memory.buffer, buffer, 32);
  for (let i = 0; i < 32; i++) bytes[i] = Number((wire >> BigInt(8 * (31 - i))) & 0xffn);
  exports.fromWire(buffer + 48, buffer);
  exports.writeCell(block, position, lane, buffer + 48);
}

/** The trace of a proof in the making, cell by cell: what tests read and tamper with. */
export class TraceTable {
  readonly rows: number;
  readonly layout: LayoutName;
  private readonly machine: Machine;
  private readonly at: number;
  /** The lookup blocks, before they are interpolated in place. */
  private readonly lookup: number;
  /** 128 bytes. */
  private readonly buffer: number;
  private readonly sizes: Sizes;

  constructor(machine: Machine, regions: Regions, sizes: Sizes) {
    this.machine = machine;
    this.at = regions.trace;
    this.lookup = regions.coefficients + sizes.mainBlocks * sizes.blockBytes;
    this.buffer = regions.message;
    this.sizes = sizes;
    this.rows = sizes.rows;
    this.layout = machine.layout;
  }

  /** The value of a cell. */
  get(column: string, row: number): bigint {
    const { exports, memory } = this.machine;
    const { block, lane, position } = this.place(column, row);
    exports.readCell(this.buffer, block, position, lane);
    const bytes = new Uint8Array(memory.buffer, this.buffer, 32);
    let wire = 0n;
    for (const byte of bytes) wire = (wire << 8n) | BigInt(byte);
    return (wire * INVERSE_R) % PRIME;
  }

  /** Sets the value of a cell. */
  set(column: string, row: number, value: bigint): void {
    const { block, lane, position } = this.place(column, row);
    writeCell(this.machine, block, position, lane, value, this.buffer);
  }

  private place(column: string, row: number) {
    const air = airOf(this.machine.layout);
    const main = air.columns.indexOf(column);
    const position = main >= 0 ? main : lookupColumns(air).indexOf(column);
    return {
      block: (main >= 0 ? this.at : this.lookup) + (position >> 2) * this.sizes.blockBytes,
      lane: position & 3,
      position: reverseBits(row, this.sizes.logRows),
    };
  }
}

/** 2^-256 mod P. */
const INVERSE_R = (() => {
  let [result, square] = [1n, 2n ** 256n % PRIME];
  for (let left = PRIME - 2n; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
})();
