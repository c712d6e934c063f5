// Memory of one proof: one plan for all regions, made from the sizes alone.
import { StackError } from '@stackctl/types';
import type { LayoutName } from '../air/layouts.ts';
import { type ProverExports, proverModule } from '../wasm.ts';

const PAGE = 65536;
/** A WebAssembly memory has at most 2^16 pages. */
const MAXIMAL_PAGES = 65536;
/** Memory beyond this is given back after a proof; up to it the next proof reuses it. */
const KEPT_BYTES = 768 << 20;

export const VECTOR = 144;
export const FELT = 36;
export const LIMBS28 = 36;

/** An instance of the prover's module and the memory that it works on. */
export interface Machine {
  readonly layout: LayoutName;
  readonly memory: WebAssembly.Memory;
  readonly exports: ProverExports;
}

const kept = new Map<LayoutName, Machine>();

function createMachine(layout: LayoutName): Machine {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: MAXIMAL_PAGES });
  const abort = (): never => {
    throw new RangeError('the prover module aborted');
  };
  const { exports } = new WebAssembly.Instance(proverModule(layout), { env: { memory, abort } });
  return { layout, memory, exports: exports as unknown as ProverExports };
}

/** Runs `work` on a machine; a small one is kept for the next proof of the layout. */
export function withMachine<T>(work: (machine: Machine) => T, layout: LayoutName = 'lite'): T {
  const machine = kept.get(layout) ?? createMachine(layout);
  kept.delete(layout);
  const result = work(machine);
  if (machine.memory.buffer.byteLength <= KEPT_BYTES) kept.set(layout, machine);
  return result;
}

/** Hands out regions one after the other, and grows the memory to hold them. */
export class Arena {
  private free: number;
  private readonly memory: WebAssembly.Memory;

  constructor({ memory, exports }: Machine) {
    this.memory = memory;
    this.free = exports.heapBase();
  }

  /** Address of a new region of `bytes`, aligned to 16. Views of the memory made before are stale. */
  take(bytes: number): number {
    const at = Math.ceil(this.free / 16) * 16;
    this.free = at + bytes;
    const missing = Math.ceil((this.free - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.grow(missing);
    return at;
  }

  private grow(pages: number): void {
    try {
      this.memory.grow(pages);
    } catch (error) {
      const reason = `a proof of this size needs more than ${Math.round(this.free / 2 ** 20)} MB of memory`;
      throw new StackError('PROVER', { reason }, { cause: error });
    }
  }

  /** Bytes handed out. */
  get used(): number {
    return this.free;
  }
}
