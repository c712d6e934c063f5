// What a proof is made on: an instance of the prover's module, its memory, and whoever does the tasks.
import { StackError } from '@stackctl/types';
import type { LayoutName } from '../air/layouts.ts';
import type { ProverExports } from '../wasm.ts';
import { TASKS, type TaskName } from './tasks.ts';

const PAGE = 65536;
/** Of a fresh memory: static data and more. */
const INITIAL_PAGES = 64;
/** A WebAssembly memory has at most 2^16 pages: 4 GB. */
const MAXIMAL_PAGES = 65536;

export const VECTOR = 144;
export const FELT = 36;
export const LIMBS28 = 36;

/** Does parts 0 .. parts - 1 of a task and returns when all are done. */
export type RunTask = (task: TaskName, parts: number, args: readonly number[]) => void;

/** An instance of the prover's module and the memory that it works on. */
export interface Machine {
  readonly layout: LayoutName;
  readonly memory: WebAssembly.Memory;
  readonly exports: ProverExports;
  /** Threads, each with scratch of its own. */
  readonly threads: number;
  /** Tells where the scratch is: thread i has its at base + i * scratchBytes. */
  scratch: number;
  readonly run: RunTask;
}

/** @throws StackError PROVER when the system refuses the memory (shared memory reserves its maximum). */
export function createMemory(shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMAL_PAGES, shared });
  } catch (error) {
    const reason = `the system refuses ${shared ? 'shared ' : ''}memory for the prover`;
    throw new StackError('PROVER', { reason }, { cause: error });
  }
}

/** Instantiates the prover's module. Static data is written anew: only before the memory is used. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): ProverExports {
  const abort = (): never => {
    throw new RangeError('the prover module aborted');
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return exports as unknown as ProverExports;
}

/** A machine of one thread. */
export function createMachine(layout: LayoutName, module: WebAssembly.Module): Machine {
  const memory = createMemory(false);
  const exports = instantiate(module, memory);
  const machine: Machine = {
    layout,
    memory,
    exports,
    threads: 1,
    scratch: 0,
    run: (task, parts, args) => {
      for (let part = 0; part < parts; part++) TASKS[task](exports, args, part, machine.scratch);
    },
  };
  return machine;
}

/** Hands out regions one after the other, and grows the memory to hold them. */
export class Arena {
  private free: number;
  private readonly memory: WebAssembly.Memory;

  constructor({ memory, exports }: Pick<Machine, 'memory' | 'exports'>) {
    this.memory = memory;
    this.free = exports.heapBase();
  }

  /** Address of a new region of `bytes`, aligned to 16. Nothing is reserved before `reserve`. */
  take(bytes: number): number {
    const at = Math.ceil(this.free / 16) * 16;
    this.free = at + bytes;
    return at;
  }

  /**
   * Grows the memory to hold all regions. Views of the memory made before are stale.
   *
   * @throws StackError PROVER
   */
  reserve(): void {
    const missing = Math.ceil((this.free - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (error) {
      const reason = `a proof of this size needs ${Math.round(this.free / 2 ** 20)} MB of memory, which cannot be had`;
      throw new StackError('PROVER', { reason }, { cause: error });
    }
  }

  /** Bytes handed out. */
  get used(): number {
    return this.free;
  }
}
