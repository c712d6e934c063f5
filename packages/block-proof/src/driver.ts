import type { Felt } from '@stackctl/types';

/**
 * The driver of a block's program: straight-line Cairo code, without `ret`, that runs the covered calls
 * one after the other and copies what they return into its own frame. Encodings are those of the Cairo
 * whitepaper, section 4.4.
 *
 *     ap += slots                        # the frame: one slot a result
 *     for each call:
 *       [ap] = range_check_ptr; ap++     # if the entry point takes it: where the call before left it
 *       [ap] = gas; ap++
 *       [ap] = syscalls; ap++
 *       [ap] = calldata; ap++
 *       [ap] = calldataEnd; ap++
 *       call rel ENTRY
 *       [fp + slot] = [ap - 6]           # range_check_ptr, if taken
 *       [fp + slot + 1] = [ap - 5]       # gas
 *       ...                              # syscalls end, panic flag, retdata, retdata end
 *     jmp rel 0
 *
 * Prover and verifier both call this function: the prover with pointers that are not relocated yet, the
 * verifier with the addresses of the public inputs.
 */
export interface DriverCall<V> {
  readonly takesRangeCheck: boolean;
  /** Entry point's cell, counted from the first cell of the program. */
  readonly entry: number;
  readonly gas: V;
  readonly syscalls: V;
  readonly calldata: V;
  readonly calldataEnd: V;
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
export function slotsOf(takesRangeCheck: boolean): number {
  return PLAIN_RESULTS + (takesRangeCheck ? 1 : 0);
}

/** Cells of the driver for calls of this shape: known before any address is. */
export function driverLength(calls: ReadonlyArray<{ readonly takesRangeCheck: boolean }>): number {
  let cells = 4; // ap += slots; jmp rel 0
  let rangeCheckSeen = false;
  for (const { takesRangeCheck } of calls) {
    cells += 4 * 2 + 2 + slotsOf(takesRangeCheck);
    if (takesRangeCheck) cells += rangeCheckSeen ? 1 : 2;
    rangeCheckSeen ||= takesRangeCheck;
  }
  return cells;
}

/** Steps that the driver adds to those of the calls. */
export function driverSteps(calls: ReadonlyArray<{ readonly takesRangeCheck: boolean }>): number {
  return calls.reduce(
    (sum, { takesRangeCheck }) => sum + 5 + slotsOf(takesRangeCheck) + (takesRangeCheck ? 1 : 0),
    2,
  );
}

/** Writes the driver. `rangeCheck` is the base of the range-check segment. */
export function createDriver<V>(calls: ReadonlyArray<DriverCall<V>>, rangeCheck: V): Driver<V> {
  const slots = calls.reduce((sum, call) => sum + slotsOf(call.takesRangeCheck), 0);
  if (slots > MAX_SLOTS) throw new RangeError(`${slots} result slots, at most ${MAX_SLOTS}`);
  const cells: Array<Felt | V> = [OP.addAp, BigInt(slots)];
  let slot = 0;
  let rangeCheckSlot: number | undefined;
  for (const call of calls) {
    if (call.takesRangeCheck) {
      if (rangeCheckSlot === undefined) cells.push(OP.pushImmediate, rangeCheck);
      else cells.push(pushSlot(rangeCheckSlot));
    }
    for (const argument of [call.gas, call.syscalls, call.calldata, call.calldataEnd])
      cells.push(OP.pushImmediate, argument);
    // Entry points lie behind the driver: the distance is positive.
    cells.push(OP.callRelative, BigInt(call.entry - cells.length));
    if (call.takesRangeCheck) rangeCheckSlot = slot;
    for (let depth = slotsOf(call.takesRangeCheck); depth > 0; depth--)
      cells.push(copyResult(slot++, depth));
  }
  const end = cells.length;
  cells.push(OP.jumpRelative, 0n);
  return { cells, slots, steps: driverSteps(calls), end };
}
