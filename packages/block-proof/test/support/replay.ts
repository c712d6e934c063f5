import {
  type Memory,
  type MemoryValue,
  Relocatable,
  type SyscallHandler,
} from '@stackctl/cairo-vm';
import { type Felt, StackError } from '@stackctl/types';
import { SYSCALLS, syscallOf, type Word } from '../../src/syscalls.ts';

/** The responses of one run of an entry point, detached from its memory. */
export interface CapturedTranscript {
  readonly responses: readonly CapturedResponse[];
  /** Contents of the segments that responses point to, by their number in the run. */
  readonly segments: ReadonlyMap<number, ReadonlyArray<MemoryValue | undefined>>;
}

interface CapturedResponse {
  readonly selector: Felt;
  /** Words of the request, selector and gas included: the response stands behind them. */
  readonly requestLength: number;
  readonly words: readonly MemoryValue[];
}

/**
 * Copies the responses out of a finished run: from `syscalls` to the end of its segment, with the
 * segments that they point to, and those that these point to.
 */
export function captureTranscript(memory: Memory, syscalls: Relocatable): CapturedTranscript {
  const cells = memory.segments[syscalls.segment] ?? [];
  const segments = new Map<number, ReadonlyArray<MemoryValue | undefined>>();
  function keep(value: MemoryValue): void {
    if (typeof value === 'bigint' || segments.has(value.segment)) return;
    const contents = [...(memory.segments[value.segment] ?? [])];
    segments.set(value.segment, contents);
    for (const inner of contents) if (inner !== undefined) keep(inner);
  }
  const responses: CapturedResponse[] = [];
  for (let at = syscalls.offset; at < cells.length; ) {
    const selector = cells[at];
    const name = typeof selector === 'bigint' ? syscallOf(selector) : undefined;
    if (name === undefined) throw prover('a recorded syscall has an unknown selector');
    const requestLength = 2 + countWords(SYSCALLS[name].request);
    // Response: gas, failure flag, then the words of a success or the span of an error.
    const failed = cells[at + requestLength + 1] === 1n;
    const responseLength = 2 + (failed ? 2 : countWords(SYSCALLS[name].response));
    const words = cells.slice(at + requestLength, at + requestLength + responseLength);
    if (words.length < responseLength || words.includes(undefined))
      throw prover(`a recorded ${name} has no whole response`);
    for (const word of words as MemoryValue[]) keep(word);
    responses.push({
      selector: selector as Felt,
      requestLength,
      words: words as MemoryValue[],
    });
    at += requestLength + responseLength;
  }
  return { responses, segments };
}

/** A handler that answers one further run of the entry point as the captured run was answered. */
export function replayTranscript(transcript: CapturedTranscript): SyscallHandler {
  const placed = new Map<number, Relocatable>();
  let next = 0;
  return {
    handle(vm, selector, pointer) {
      const response = transcript.responses[next++];
      if (response === undefined || response.selector !== selector)
        throw prover('the linked run makes another syscall than the block did');
      /** The same place in this memory: its segment is written when it is first pointed to. */
      function translate(value: MemoryValue): MemoryValue {
        if (typeof value === 'bigint') return value;
        let base = placed.get(value.segment);
        if (base === undefined) {
          base = vm.memory.allocate();
          placed.set(value.segment, base);
          const contents = transcript.segments.get(value.segment) ?? [];
          for (const [offset, cell] of contents.entries())
            if (cell !== undefined) vm.memory.write(base, offset, translate(cell));
        }
        return new Relocatable(base.segment, base.offset + value.offset);
      }
      for (const [index, word] of response.words.entries())
        vm.memory.write(pointer, response.requestLength + index, translate(word));
    },
  };
}

function countWords(words: readonly Word[]): number {
  return words.reduce((sum, word) => sum + (word === 'span' ? 2 : 1), 0);
}

function prover(reason: string): StackError<'PROVER'> {
  return new StackError('PROVER', { reason });
}
