import {
  BUILTIN_ORDER,
  type BuiltinName,
  type CasmClassJson,
  type EntryPointType,
  type Felt,
  PRIME,
  StackError,
} from '@stackctl/types';
import { parseHints } from './hints/parse.ts';
import type { Hint } from './hints/types.ts';
import { FIRST_FREE_SEGMENT } from './memory.ts';
import { Program } from './program.ts';
import { type MemoryValue, Relocatable } from './values.ts';

export interface EntryPoint {
  readonly selector: Felt;
  /** Offset in the bytecode. */
  readonly offset: number;
  readonly builtins: readonly BuiltinName[];
}

/** A compiled class, checked and ready to run many times. */
export interface CasmClass {
  readonly bytecode: readonly bigint[];
  readonly hints: ReadonlyMap<number, readonly Hint[]>;
  readonly entryPoints: Readonly<Record<EntryPointType, ReadonlyMap<Felt, EntryPoint>>>;
  /** Bytecode and class tail, with the builtin costs in segment `BUILTIN_COSTS_SEGMENT`. */
  readonly program: Program;
}

/**
 * Gas of one use of a builtin, as the compiled code reads it: pedersen, bitwise, ec_op, poseidon,
 * add_mod, mul_mod, blake (Starknet 0.14 versioned constants).
 */
export const BUILTIN_COSTS: readonly bigint[] = [4050n, 583n, 4085n, 491n, 230n, 604n, 3334n];

/** Segment of the builtin costs when an entry point runs on its own: the first one allocated. */
export const BUILTIN_COSTS_SEGMENT: number = FIRST_FREE_SEGMENT;

/** `ret`. */
export const RET_INSTRUCTION = 0x208b7fff7fff7ffen;

/**
 * What stands behind the bytecode of a class: `ret`, and the pointer to the builtin costs. The code
 * finds the latter by calling the former, which leaves its own address on the stack.
 */
export function classTail(costs: Relocatable): [bigint, Relocatable] {
  return [RET_INSTRUCTION, costs];
}

/** Bound on the words of a class, far above what a network admits. */
const MAX_BYTECODE = 2 ** 20;

/** Checks and prepares a compiled class. Throws CLASS_MALFORMED. */
export function loadCasmClass(json: CasmClassJson): CasmClass {
  if (typeof json !== 'object' || json === null) malformed('the class is not an object');
  if (json.prime !== undefined && parseHex(json.prime) !== PRIME) malformed('another prime');
  if (!Array.isArray(json.bytecode)) malformed('bytecode is not a list');
  if (json.bytecode.length > MAX_BYTECODE) malformed('the bytecode is too long');
  const bytecode = json.bytecode.map((word: unknown, index) => {
    const value = parseHex(word);
    if (value === undefined || value >= PRIME) malformed(`word ${index} is not a felt`);
    return value;
  });
  const hints = parseHints(json.hints);
  for (const pc of hints.keys()) {
    if (pc >= bytecode.length) malformed(`hints at ${pc}, outside the bytecode`);
  }
  const table = json.entry_points_by_type;
  if (typeof table !== 'object' || table === null) malformed('entry_points_by_type is missing');
  const entryPoints = (type: EntryPointType) => parseEntryPoints(table[type], bytecode.length);
  const words: MemoryValue[] = [
    ...bytecode,
    ...classTail(new Relocatable(BUILTIN_COSTS_SEGMENT, 0)),
  ];
  return {
    bytecode,
    hints,
    entryPoints: {
      EXTERNAL: entryPoints('EXTERNAL'),
      L1_HANDLER: entryPoints('L1_HANDLER'),
      CONSTRUCTOR: entryPoints('CONSTRUCTOR'),
    },
    program: new Program(words, hints),
  };
}

function parseEntryPoints(list: unknown, length: number): Map<Felt, EntryPoint> {
  if (!Array.isArray(list)) malformed('entry points are not a list');
  const parsed = new Map<Felt, EntryPoint>();
  for (const entry of list as ReadonlyArray<Partial<Record<string, unknown>>>) {
    const selector = parseHex(entry?.selector);
    const offset = entry?.offset;
    if (selector === undefined || selector >= PRIME) malformed('a selector is not a felt');
    if (typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0 || offset >= length) {
      malformed('an entry point is outside the bytecode');
    }
    if (parsed.has(selector)) malformed(`two entry points 0x${selector.toString(16)}`);
    parsed.set(selector, { selector, offset, builtins: parseBuiltins(entry.builtins) });
  }
  return parsed;
}

/** Builtins without repetition, in the compiler's order. */
function parseBuiltins(list: unknown): BuiltinName[] {
  if (!Array.isArray(list)) malformed('builtins are not a list');
  let previous = -1;
  return list.map((name: unknown) => {
    const index = BUILTIN_ORDER.indexOf(name as BuiltinName);
    if (index < 0) malformed(`unknown builtin ${JSON.stringify(name)}`);
    if (index <= previous) malformed('builtins are out of order');
    previous = index;
    return name as BuiltinName;
  });
}

function parseHex(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(text) ? BigInt(text) : undefined;
}

function malformed(reason: string): never {
  throw new StackError('CLASS_MALFORMED', { reason });
}
