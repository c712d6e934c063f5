// How threads share the parts of a task, on a small shared array of words. One thread leads: it posts a
// task, takes parts itself, and waits until all parts are done. The others take parts while there are any
// and sleep otherwise.
//
// TICKET holds the number of the task (upper half) and of its next part (lower half); taking a part is
// one compare-and-swap of it. While the leader writes a task's arguments the ticket is closed: whoever has
// read half of them fails to take a part.
import { TASK_NAMES, type TaskName } from '../prover/tasks.ts';

const TICKET = 0;
const PARTS = 1;
const DONE = 2;
const TASK = 3;
const SCRATCH = 4;
const COUNT = 5;
const HALT = 6;
const ARGS = 7;
const MAXIMAL_ARGS = 16;
/** Part number of a ticket that nobody can take. */
const CLOSED = 0xffff;
/** Task number that ends the helpers' work on a proof. */
const END = -1;

export const CREW_BYTES = 4 * (ARGS + MAXIMAL_ARGS);

/** The proof is given up: everybody leaves at the next part. */
export class Halted extends Error {}

function checkHalt(words: Int32Array): void {
  if (Atomics.load(words, HALT) !== 0) throw new Halted('the proof was given up');
}

/** Does one part of a task; `scratch` is that of the first thread. */
export type DoPart = (
  task: TaskName,
  args: readonly number[],
  part: number,
  scratch: number,
) => void;

const ticketOf = (generation: number, part: number): number => ((generation & 0xffff) << 16) | part;

/** Takes and does parts until the current task has none left; returns the ticket then seen. */
function takeParts(words: Int32Array, doPart: DoPart): number {
  for (;;) {
    checkHalt(words);
    const ticket = Atomics.load(words, TICKET);
    const part = ticket & 0xffff;
    const parts = Atomics.load(words, PARTS);
    if (part === CLOSED || part >= parts) return ticket;
    const number = Atomics.load(words, TASK);
    const scratch = Atomics.load(words, SCRATCH) >>> 0;
    const count = Atomics.load(words, COUNT);
    const args = Array.from({ length: count }, (_, i) => Atomics.load(words, ARGS + i) >>> 0);
    if (Atomics.compareExchange(words, TICKET, ticket, ticket + 1) !== ticket) continue;
    const task = TASK_NAMES[number];
    if (task === undefined) throw new RangeError(`no task ${number}`);
    doPart(task, args, part, scratch);
    if (Atomics.add(words, DONE, 1) === parts - 1) Atomics.notify(words, DONE);
  }
}

/** The leader's side. */
export class Crew {
  private readonly words: Int32Array;
  private readonly doPart: DoPart;
  private generation: number;

  constructor(shared: SharedArrayBuffer, doPart: DoPart) {
    this.words = new Int32Array(shared);
    this.doPart = doPart;
    this.generation = Atomics.load(this.words, TICKET) >>> 16;
  }

  run(task: TaskName, parts: number, args: readonly number[], scratch: number): void {
    if (parts >= CLOSED || args.length > MAXIMAL_ARGS) throw new RangeError('too large a task');
    this.post(TASK_NAMES.indexOf(task), parts, args, scratch);
    takeParts(this.words, this.doPart);
    for (;;) {
      checkHalt(this.words);
      const done = Atomics.load(this.words, DONE);
      if (done === parts) return;
      Atomics.wait(this.words, DONE, done);
    }
  }

  /** Sends the helpers home. */
  end(): void {
    this.post(END, 0, [], 0);
  }

  private post(task: number, parts: number, args: readonly number[], scratch: number): void {
    const { words } = this;
    this.generation++;
    Atomics.store(words, TICKET, ticketOf(this.generation, CLOSED));
    Atomics.store(words, TASK, task);
    Atomics.store(words, PARTS, parts);
    Atomics.store(words, DONE, 0);
    Atomics.store(words, SCRATCH, scratch | 0);
    Atomics.store(words, COUNT, args.length);
    for (const [i, value] of args.entries()) Atomics.store(words, ARGS + i, value | 0);
    Atomics.store(words, TICKET, ticketOf(this.generation, 0));
    Atomics.notify(words, TICKET);
  }
}

/** A helper's side: does parts of tasks until the leader ends the proof. Blocks its thread. */
export function help(shared: SharedArrayBuffer, doPart: DoPart): void {
  const words = new Int32Array(shared);
  for (;;) {
    const ticket = takeParts(words, doPart);
    if ((ticket & 0xffff) !== CLOSED && Atomics.load(words, TASK) === END) return;
    Atomics.wait(words, TICKET, ticket);
  }
}

/**
 * Gives the proof up, for good. A thread that is terminated while it works on shared memory can take the process
 * down with it (seen with Node 24: SIGSEGV); so it is asked to leave.
 */
export function halt(shared: SharedArrayBuffer): void {
  const words = new Int32Array(shared);
  Atomics.store(words, HALT, 1);
  Atomics.notify(words, TICKET);
  Atomics.notify(words, DONE);
}

/** Makes the crew ready for another proof, while nobody is at work: helpers that begin must not see END. */
export function reopen(shared: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(shared), TASK, 0);
}
