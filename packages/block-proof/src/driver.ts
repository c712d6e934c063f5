import type { BuiltinName, Felt } from '@stackctl/types';

/**
 * The driver of a part of a block: straight-line Cairo code, without `ret`, that runs the part's calls
 * one after the other and copies what they return into its own frame. Encodings are those of the Cairo
 * whitepaper, section 4.4.
 *
 *     ap += slots                        # the frame: one slot a result
 *     for each call:
 *       [ap] = builtin_ptr; ap++         # for each builtin of the entry point: where the last call that
 *                                        # took it left it, at first the base of its segment
 *       [ap] = gas; ap++
 *       [ap] = syscalls; ap++
 *       [ap] = calldata; ap++
 *       [ap] = calldataEnd; ap++
 *       call rel ENTRY
 *       [fp + slot] = [ap - 5 - n]       # the n builtin pointers, in their order
 *       [fp + slot + n] = [ap - 5]       # gas
 *       ...                              # syscalls end, panic flag, retdata, retdata end
 *     jmp rel 0
 *
 * Prover and verifier both call this function: the prover with pointers that are not relocated yet, the
 * verifier with the addresses of the public inputs.
 */
export interface DriverCall<V> extends CallShape {
  /** Entry point's cell, counted from the first cell of the program. */
  readonly entry: number;
  readonly gas: V;
  readonly syscalls: V;
  readonly calldata: V;
  readonly calldataEnd: V;
}

/** What the driver's length depends on. */
export interface CallShape {
  /** Builtins of the entry point, in the order in which it takes them. */
  readonly builtins: readonly BuiltinName[];
}

export interface Driver<V> {
  readonly cells: ReadonlyArray<Felt | V>;
  /** Cells of the frame, counted from fp. */
  readonly slots: number;
  /** Steps of the driver itself, the last `jmp rel 0` once included. */
  readonly steps: number;
  /** Cell of the final `jmp rel 0`. */
  readonly end: number;
}

/** Results of a call besides the builtin pointers: gas, syscalls end, flag, retdata, retdata end. */
const PLAIN_RESULTS = 5;
/** Arguments besides the builtin pointers: gas, syscalls, calldata, calldata end. */
const PLAIN_ARGUMENTS = 4;
/** A slot is named by a 16-bit signed offset from fp. */
export const MAX_SLOTS = 2 ** 15 - 1;

const OP = {
  /** `ap += [pc + 1]` */
  addAp: 0x040780017fff7fffn,
  /** `[ap] = [pc + 1]; ap++` */
  pushImmediate: 0x480680017fff8000n,
  /** `call rel [pc + 1]` */
  callRelative: 0x1104800180018000n,
  /** `jmp rel [pc + 1]` */
  jumpRelative: 0x010780017fff7fffn,
};

/** `[ap] = [fp + slot]; ap++` */
function pushSlot(slot: number): Felt {
  return 0x480a00007fff8000n | (biased(slot) << 32n);
}

/** `[fp + slot] = [ap - depth]` */
function copyResult(slot: number, depth: number): Felt {
  return 0x401300007fff0000n | (biased(-depth) << 32n) | biased(slot);
}

function biased(offset: number): bigint {
  return BigInt(offset + 2 ** 15);
}

/** Slots that a call's results take. */
export function slotsOf({ builtins }: CallShape): number {
  return PLAIN_RESULTS + builtins.length;
}

/** Slots of all calls of a part. */
export function slotsOfAll(calls: readonly CallShape[]): number {
  return calls.reduce((sum, call) => sum + slotsOf(call), 0);
}

/** Cells of the driver for calls of this shape: known before any address is. */
export function driverLength(calls: readonly CallShape[]): number {
  const seen = new Set<BuiltinName>();
  let cells = 4; // ap += slots; jmp rel 0
  for (const call of calls) {
    cells += PLAIN_ARGUMENTS * 2 + 2 + slotsOf(call);
    for (const name of call.builtins) {
      cells += seen.has(name) ? 1 : 2;
      seen.add(name);
    }
  }
  return cells;
}

/** Steps that the driver adds to those of the calls. */
export function driverSteps(calls: readonly CallShape[]): number {
  return calls.reduce(
    (sum, call) => sum + call.builtins.length + PLAIN_ARGUMENTS + 1 + slotsOf(call),
    2,
  );
}

/** Writes the driver. `baseOf` tells the pointer that the first call which takes a builtin gets. */
export function createDriver<V>(
  calls: ReadonlyArray<DriverCall<V>>,
  baseOf: (builtin: BuiltinName) => V,
): Driver<V> {
  const slots = slotsOfAll(calls);
  if (slots > MAX_SLOTS) throw new RangeError(`${slots} result slots, at most ${MAX_SLOTS}`);
  const cells: Array<Felt | V> = [OP.addAp, BigInt(slots)];
  const pointers = new Map<BuiltinName, number>();
  let slot = 0;
  for (const call of calls) {
    for (const name of call.builtins) {
      const left = pointers.get(name);
      if (left === undefined) cells.push(OP.pushImmediate, baseOf(name));
      else cells.push(pushSlot(left));
    }
    for (const argument of [call.gas, call.syscalls, call.calldata, call.calldataEnd])
      cells.push(OP.pushImmediate, argument);
    // Entry points lie behind the driver: the distance is positive.
    cells.push(OP.callRelative, BigInt(call.entry - cells.length));
    for (const [index, name] of call.builtins.entries()) pointers.set(name, slot + index);
    for (let depth = slotsOf(call); depth > 0; depth--) cells.push(copyResult(slot++, depth));
  }
  const end = cells.length;
  cells.push(OP.jumpRelative, 0n);
  return { cells, slots, steps: driverSteps(calls), end };
}
