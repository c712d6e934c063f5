import type { MemoryValue, Relocatable } from '../values.ts';

/** A dictionary while the program runs: its last value by key, and its number in its arena. */
export interface Dictionary {
  readonly index: number;
  readonly values: Map<bigint, MemoryValue>;
}

/** The squash of one dictionary: keys and, by key, access indices; both taken from the end. */
export interface Squash {
  readonly keys: bigint[];
  readonly accesses: Map<bigint, number[]>;
}

/** What hints remember between themselves. Lives as long as one run. */
export interface HintState {
  /** By the segment that holds the dictionary's accesses. */
  readonly dictionaries: Map<number, Dictionary>;
  squash: Squash | undefined;
  /** Which of the three arcs of `AssertLeFindSmallArcs` is left out: 0, 1 or 2. */
  excludedArc: number;
  /** Next free cell for `AllocConstantSize`. */
  constants: Relocatable | undefined;
  /** Arguments of an executable; undefined where none are given (contracts). */
  runArguments: readonly bigint[] | undefined;
  /** What `AddMarker` named last: the ends of an executable's output, or of its panic's data. */
  marker: readonly [start: Relocatable, end: Relocatable] | undefined;
}

export function createHintState(): HintState {
  return {
    dictionaries: new Map(),
    squash: undefined,
    excludedArc: 2,
    constants: undefined,
    runArguments: undefined,
    marker: undefined,
  };
}
