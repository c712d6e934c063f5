import { type CasmClass, RET_INSTRUCTION } from '@stackctl/cairo-vm';
import {
  type BuiltinName,
  type EntryPointType,
  type Felt,
  feltToHex,
  StackError,
} from '@stackctl/types';
import {
  type CallShape,
  createDriver,
  type Driver,
  type DriverCall,
  driverLength,
} from './driver.ts';

/** Behind a class's bytecode: `ret`, and the pointer to the table of builtin costs. */
export const CLASS_TAIL = 2;

/** An entry point that a block's program can call. */
export interface ProvableEntryPoint extends CallShape {
  /** Cell within the class's bytecode. */
  readonly offset: number;
}

/** The entry point that a selector names in a class; undefined when it has none. */
export function findEntryPoint(
  casm: CasmClass,
  type: EntryPointType,
  selector: Felt,
): ProvableEntryPoint | undefined {
  return casm.entryPoints[type].get(selector);
}

/** A call that the program makes, by class and entry point; `V` as in `createDriver`. */
export interface ProgramCall<V> extends Omit<DriverCall<V>, 'entry' | 'builtins'> {
  readonly classHash: Felt;
  readonly entryPoint: ProvableEntryPoint;
}

/** The program of a part of a block: `[driver][class A, ret, costs pointer][class B, ret, costs pointer]...` */
export interface LinkedProgram<V> {
  readonly cells: ReadonlyArray<Felt | V>;
  readonly driver: Driver<V>;
  /** First cell of each class's bytecode, in the order of first use. */
  readonly classes: ReadonlyMap<Felt, number>;
}

/** Loaded classes by hash. */
export type ClassLookup = (classHash: Felt) => CasmClass | undefined;

/** Links the driver and the classes (each once, in order of first use) into one program. */
export function linkProgram<V>(
  calls: ReadonlyArray<ProgramCall<V>>,
  lookup: ClassLookup,
  bases: { readonly builtin: (name: BuiltinName) => V; readonly builtinCosts: V },
): LinkedProgram<V> {
  const classes = placeClasses(calls, lookup);
  const driver = createDriver(
    calls.map((call) => ({
      ...call,
      builtins: call.entryPoint.builtins,
      entry: (classes.get(call.classHash) as number) + call.entryPoint.offset,
    })),
    bases.builtin,
  );
  const cells: Array<Felt | V> = [...driver.cells];
  for (const classHash of classes.keys()) {
    for (const word of requireClass(lookup, classHash).bytecode) cells.push(word);
    cells.push(RET_INSTRUCTION, bases.builtinCosts);
  }
  return { cells, driver, classes };
}

/** Where each class begins: known from the shapes of the calls, before any address is. */
function placeClasses(
  calls: ReadonlyArray<{ readonly classHash: Felt; readonly entryPoint: ProvableEntryPoint }>,
  lookup: ClassLookup,
): Map<Felt, number> {
  let next = driverLength(calls.map((call) => call.entryPoint));
  const classes = new Map<Felt, number>();
  for (const { classHash } of calls) {
    if (classes.has(classHash)) continue;
    classes.set(classHash, next);
    next += requireClass(lookup, classHash).bytecode.length + CLASS_TAIL;
  }
  return classes;
}

function requireClass(lookup: ClassLookup, classHash: Felt): CasmClass {
  const casm = lookup(classHash);
  if (casm === undefined)
    throw new StackError('CLASS_UNKNOWN', { classHash: feltToHex(classHash) });
  return casm;
}
