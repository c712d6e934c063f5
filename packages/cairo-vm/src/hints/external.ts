// Hints of the wrapper that the compiler puts around the function of an executable.
import { Fault } from '../fault.ts';
import { describe } from '../values.ts';
import { feltOf, type HintContext, pointerOf, setCell } from './operands.ts';
import type { HintOf } from './types.ts';

/**
 * Gives the run its arguments: a segment of them, its start in `dst` and its end behind. A wrapper has
 * one parameter, number 0: all arguments, serialised.
 */
export function writeRunParam(vm: HintContext, hint: HintOf<'WriteRunParam'>): void {
  const values = vm.hintState.runArguments;
  const index = feltOf(vm, hint.index);
  if (values === undefined || index !== 0n) throw new Fault(`the run has no parameter ${index}`);
  const start = vm.memory.allocate([...values]);
  setCell(vm, hint.dst, start);
  setCell(vm, { ...hint.dst, offset: hint.dst.offset + 1 }, start.plus(values.length));
}

/**
 * Places a segment (of a dictionary) behind another; the instruction that follows asserts that it is
 * there, so that the order of dictionaries in memory is proven.
 */
export function addRelocationRule(vm: HintContext, hint: HintOf<'AddRelocationRule'>): void {
  const source = pointerOf(vm, hint.src);
  if (source.offset !== 0) throw new Fault(`${describe(source)} is not the start of a segment`);
  vm.memory.move(source.segment, pointerOf(vm, hint.dst));
}

/** Before the assertion that the function did not panic: names the data of the panic, if it did. */
export function addMarker(vm: HintContext, hint: HintOf<'AddMarker'>): void {
  vm.hintState.marker = [pointerOf(vm, hint.start), pointerOf(vm, hint.end)];
}
