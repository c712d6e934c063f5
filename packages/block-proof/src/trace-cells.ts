import { type CairoTrace, type Felt, StackError } from '@stackctl/types';
import type { Bounds } from './public-inputs.ts';
import { joinRanges, MAX_ADDRESS } from './public-memory.ts';
import type { Cells } from './transcript.ts';

const CELL_BYTES = 32;

/** Reads the flat memory of a trace, and remembers which cells were read. */
export class TraceCells implements Cells {
  readonly #trace: CairoTrace;
  readonly #view: DataView;
  #read: Bounds[] = [];

  constructor(trace: CairoTrace) {
    this.#trace = trace;
    const { buffer, byteOffset, byteLength } = trace.memory;
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  at(address: number): Felt {
    if (this.#trace.defined[address] !== 1)
      throw new StackError('PROVER', { reason: `cell ${address} of the linked run is empty` });
    this.#read.push({ begin: address, stop: address + 1 });
    let value = 0n;
    for (let limb = 3; limb >= 0; limb--)
      value = (value << 64n) | this.#view.getBigUint64(address * CELL_BYTES + 8 * limb, true);
    return value;
  }

  range(begin: number, end: number): Felt[] {
    return Array.from({ length: Math.max(0, end - begin) }, (_, index) => this.at(begin + index));
  }

  pointer(address: number): number {
    const value = this.at(address);
    if (value >= MAX_ADDRESS)
      throw new StackError('PROVER', { reason: `cell ${address} holds no address` });
    return Number(value);
  }

  /** Starts to remember from here on. */
  forget(): void {
    this.#read = [];
  }

  /** The cells read since `forget`, as runs: ascending, with gaps between. */
  readRanges(): Bounds[] {
    return joinRanges(this.#read);
  }
}
