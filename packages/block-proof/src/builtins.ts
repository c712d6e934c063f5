import { BUILTIN_ORDER, type BuiltinName } from '@stackctl/types';
import { rejected } from './public-memory.ts';

/**
 * Memory cells an instance takes (Cairo's builtins; the segment arena's instance is [infos, dictionaries
 * allocated, dictionaries squashed]).
 */
export const BUILTIN_CELLS: Readonly<Record<BuiltinName, number>> = {
  pedersen: 3,
  range_check: 1,
  bitwise: 5,
  ec_op: 7,
  poseidon: 6,
  segment_arena: 3,
  range_check96: 1,
  add_mod: 7,
  mul_mod: 7,
};

/** Bounds of a builtin's segment: its cells are `[begin, stop)`. */
export interface BuiltinSegment {
  readonly name: BuiltinName;
  readonly begin: number;
  readonly stop: number;
}

/** Builtins whose segments an AIR knows. The segment arena is plain memory, checked cell by cell. */
export type AirBuiltin = Exclude<BuiltinName, 'segment_arena'>;
export const AIR_BUILTINS: readonly AirBuiltin[] = BUILTIN_ORDER.filter(
  (name): name is AirBuiltin => name !== 'segment_arena',
);

/** Where the first call that takes a builtin finds its pointer: the arena's first instance is given. */
export function firstPointer({ name, begin }: Pick<BuiltinSegment, 'name' | 'begin'>): number {
  return name === 'segment_arena' ? begin + BUILTIN_CELLS.segment_arena : begin;
}

/**
 * Follows the pointers of a part's builtins from call to call: each call leaves a pointer where it found it
 * or whole instances further on, within the segment.
 */
export class BuiltinPointers {
  readonly #pointers = new Map<BuiltinName, number>();
  readonly #segments: ReadonlyMap<BuiltinName, BuiltinSegment>;

  constructor(segments: readonly BuiltinSegment[]) {
    this.#segments = new Map(segments.map((segment) => [segment.name, segment]));
  }

  /**
   * Takes the pointer that a call left; returns the instances that the call used.
   * @throws StackError PROOF_REJECTED
   */
  advance(name: BuiltinName, pointer: number): number {
    const segment = this.#segments.get(name);
    if (segment === undefined) throw rejected(`the run has no segment for ${name}`);
    const before = this.#pointers.get(name) ?? firstPointer(segment);
    if (pointer < before) throw rejected(`the ${name} pointer moves back`);
    if (pointer > segment.stop) throw rejected(`the ${name} pointer leaves its segment`);
    const instances = (pointer - before) / BUILTIN_CELLS[name];
    if (!Number.isInteger(instances)) throw rejected(`the ${name} pointer is within an instance`);
    this.#pointers.set(name, pointer);
    return instances;
  }
}
