import { BUILTIN_CELLS } from './builtins.ts';
import { rejected } from './public-memory.ts';
import type { Cells } from './transcript.ts';

const INFO_CELLS = 3;

/**
 * Checks that the calls of a part squashed every dictionary that they made, or dictionaries could hold
 * anything. The arena's instances are [infos, allocated, squashed], the first one [infos, 0, 0]; the
 * program writes a new one for each dictionary that it makes or squashes, and gives each squash the
 * next number, which it writes to the dictionary's info [start, end, number]: a cell has one value, so
 * equal counts mean that each was squashed once. That holds as long as one dictionary cannot pass for
 * another: no two share an end, and an empty one stands for itself (start > the end before).
 *
 * Source: the rules of Starknet OS for the segment arena, derived again here.
 *
 * @param ends where each call left the arena's pointer, in order
 * @throws StackError PROOF_REJECTED
 */
export function checkArena(cells: Cells, begin: number, ends: readonly number[]): void {
  const infos = cells.pointer(begin);
  for (const cell of [1, 2])
    if (cells.at(begin + cell) !== 0n) throw rejected('the segment arena does not start empty');
  let dictionaries = 0;
  for (const end of ends) {
    const at = end - BUILTIN_CELLS.segment_arena;
    if (cells.pointer(at) !== infos) throw rejected('the segment arena has two lists');
    const [allocated, squashed] = [cells.pointer(at + 1), cells.pointer(at + 2)];
    if (allocated !== squashed) throw rejected('a dictionary was not squashed');
    if (allocated < dictionaries) throw rejected('the segment arena forgets dictionaries');
    dictionaries = allocated;
  }
  checkApart(
    Array.from({ length: dictionaries }, (_, index) => ({
      begin: cells.pointer(infos + INFO_CELLS * index),
      stop: cells.pointer(infos + INFO_CELLS * index + 1),
    })),
  );
}

function checkApart(dictionaries: ReadonlyArray<{ begin: number; stop: number }>): void {
  let end = -1;
  for (const { begin, stop } of dictionaries.toSorted((a, b) => a.begin - b.begin)) {
    if (begin <= end || stop < begin) throw rejected('dictionaries touch or overlap');
    end = stop;
  }
}
