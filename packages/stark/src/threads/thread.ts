// What a prover's thread does, wherever it runs.
import { isStackError } from '@stackctl/types';
import type { LayoutName } from '../air/layouts.ts';
import { createMachine, instantiate, type Machine } from '../prover/machine.ts';
import { proveOn } from '../prover/procedure.ts';
import { TASKS } from '../prover/tasks.ts';
import { Crew, type DoPart, Halted, help } from './crew.ts';
import type { FromThread, ToThread } from './messages.ts';

interface Post {
  readonly machine: Machine;
  /** What it does when it is not the leader. */
  readonly help: () => void;
  readonly end: () => void;
}

function join({ layout, module, shared }: Extract<ToThread, { kind: 'join' }>): Post {
  if (shared === undefined) {
    const nothing = () => undefined;
    return { machine: createMachine(layout, module), help: nothing, end: nothing };
  }
  const { memory, crew: words, threads, index } = shared;
  const exports = instantiate(module, memory);
  const own = index * exports.scratchBytes();
  const doPart: DoPart = (task, args, part, scratch) =>
    TASKS[task](exports, args, part, scratch + own);
  const crew = new Crew(words, doPart);
  const machine: Machine = {
    layout,
    memory,
    exports,
    threads,
    scratch: 0,
    run: (task, parts, args) => crew.run(task, parts, args, machine.scratch),
  };
  return { machine, help: () => help(words, doPart), end: () => crew.end() };
}

/** Answers one thread's messages. What it returns is called with each message but the last, `leave`. */
export function serveThread(
  reply: (message: FromThread) => void,
): (message: Exclude<ToThread, { kind: 'leave' }>) => void {
  const posts = new Map<LayoutName, Post>();
  const postOf = (layout: LayoutName): Post => {
    const found = posts.get(layout);
    if (found === undefined) throw new RangeError(`the thread has no machine of layout ${layout}`);
    return found;
  };
  return (message) => {
    if (message.kind === 'help') {
      try {
        postOf(message.layout).help();
      } catch (error) {
        if (!(error instanceof Halted)) throw error;
      }
      reply({ kind: 'helped' });
      return;
    }
    try {
      if (message.kind === 'join') {
        posts.set(message.layout, join(message));
        reply({ kind: 'joined' });
      } else {
        const { machine, end } = postOf(message.task.layout);
        try {
          const onProgress = (
            phase: Extract<FromThread, { kind: 'progress' }>['phase'],
            done: number,
          ) => reply({ kind: 'progress', phase, done });
          const proof = proveOn(machine, message.task, onProgress);
          reply({ kind: 'proof', proof, heldBytes: machine.memory.buffer.byteLength });
        } finally {
          end();
        }
      }
    } catch (error) {
      const reason = isStackError(error, 'PROVER')
        ? error.facts.reason
        : error instanceof Error
          ? error.message
          : String(error);
      reply({ kind: 'failed', reason });
    }
  };
}
