import { Fault } from '../fault.ts';
import { describe, type MemoryValue, type Relocatable, toDistance } from '../values.ts';
import { feltOf, type HintContext, operandValue, pointerOf, setCell } from './operands.ts';
import type { Dictionary, Squash } from './state.ts';
import type { HintOf } from './types.ts';

/**
 * Dictionaries: a segment of accesses [key, previous value, new value], which the program squashes
 * in the end. The segment arena lists them: its argument points behind [infos, allocated, squashed],
 * and infos holds [start, end, squash index] a dictionary.
 */
const ACCESS_CELLS = 3;
const INFO_CELLS = 3;
const INFOS = -3;
const ALLOCATED = -2;

export function allocate(vm: HintContext, hint: HintOf<'AllocFelt252Dict'>): void {
  const arena = pointerOf(vm, hint.segment_arena_ptr);
  const index = toDistance(vm.memory.read(arena, ALLOCATED));
  const infos = vm.memory.readPointer(arena, INFOS);
  const start = vm.memory.allocate();
  vm.hintState.dictionaries.set(start.segment, { index, values: new Map() });
  vm.memory.write(infos, index * INFO_CELLS, start);
}

/** Begins an access: tells the previous value of the key. */
export function entryInit(vm: HintContext, hint: HintOf<'Felt252DictEntryInit'>): void {
  const access = pointerOf(vm, hint.dict_ptr);
  const previous = dictionaryAt(vm, access).values.get(feltOf(vm, hint.key)) ?? 0n;
  vm.memory.write(access, 1, previous);
}

/** Ends an access: `dict_ptr` is already behind it. */
export function entryUpdate(vm: HintContext, hint: HintOf<'Felt252DictEntryUpdate'>): void {
  const end = pointerOf(vm, hint.dict_ptr);
  const key = vm.memory.readFelt(end, -ACCESS_CELLS);
  dictionaryAt(vm, end).values.set(key, operandValue(vm, hint.value));
}

export function read(vm: HintContext, hint: HintOf<'Felt252DictRead'>): void {
  const dictionary = dictionaryAt(vm, pointerOf(vm, hint.dict_ptr));
  setCell(vm, hint.value_dst, dictionary.values.get(feltOf(vm, hint.key)) ?? 0n);
}

export function write(vm: HintContext, hint: HintOf<'Felt252DictWrite'>): void {
  const access = pointerOf(vm, hint.dict_ptr);
  const dictionary = dictionaryAt(vm, access);
  const key = feltOf(vm, hint.key);
  vm.memory.write(access, 1, dictionary.values.get(key) ?? 0n);
  const value: MemoryValue = operandValue(vm, hint.value);
  dictionary.values.set(key, value);
}

export function segmentArenaIndex(vm: HintContext, hint: HintOf<'GetSegmentArenaIndex'>): void {
  const dictionary = dictionaryAt(vm, pointerOf(vm, hint.dict_end_ptr));
  setCell(vm, hint.dict_index, BigInt(dictionary.index));
}

/** Collects the accesses by key. Keys and indices are taken from the end, smallest first. */
export function initSquash(vm: HintContext, hint: HintOf<'InitSquashData'>): void {
  const accesses = pointerOf(vm, hint.dict_accesses);
  const cells = toDistance(feltOf(vm, hint.ptr_diff));
  const count = toDistance(feltOf(vm, hint.n_accesses));
  if (count < 1 || cells !== count * ACCESS_CELLS) {
    throw new Fault('InitSquashData: no whole number of accesses');
  }
  vm.memory.work(count);
  const byKey = new Map<bigint, number[]>();
  for (let index = 0; index < count; index++) {
    const key = vm.memory.readFelt(accesses, index * ACCESS_CELLS);
    const indices = byKey.get(key);
    if (indices === undefined) byKey.set(key, [index]);
    else indices.push(index);
  }
  for (const indices of byKey.values()) indices.reverse();
  const keys = [...byKey.keys()].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  vm.hintState.squash = { keys, accesses: byKey };
  setCell(vm, hint.big_keys, (keys[0] as bigint) < 1n << 128n ? 0n : 1n);
  setCell(vm, hint.first_key, keys.at(-1) as bigint);
}

export function currentAccessIndex(vm: HintContext, hint: HintOf<'GetCurrentAccessIndex'>): void {
  vm.memory.write(pointerOf(vm, hint.range_check_ptr), 0, BigInt(last(currentAccesses(vm))));
}

export function shouldSkipSquashLoop(vm: HintContext, hint: HintOf<'ShouldSkipSquashLoop'>): void {
  setCell(vm, hint.should_skip_loop, currentAccesses(vm).length > 1 ? 0n : 1n);
}

export function currentAccessDelta(vm: HintContext, hint: HintOf<'GetCurrentAccessDelta'>): void {
  const accesses = currentAccesses(vm);
  const previous = last(accesses);
  accesses.pop();
  setCell(vm, hint.index_delta_minus1, BigInt(last(accesses) - previous - 1));
}

export function shouldContinueSquashLoop(
  vm: HintContext,
  hint: HintOf<'ShouldContinueSquashLoop'>,
): void {
  setCell(vm, hint.should_continue, currentAccesses(vm).length > 1 ? 1n : 0n);
}

export function nextKey(vm: HintContext, hint: HintOf<'GetNextDictKey'>): void {
  const { keys } = currentSquash(vm);
  keys.pop();
  const next = keys.at(-1);
  if (next === undefined) throw new Fault('GetNextDictKey: no key is left');
  setCell(vm, hint.next_key, next);
}

export function assertAccessesEmpty(vm: HintContext): void {
  if (currentAccesses(vm).length > 1) throw new Fault('a squash left accesses unused');
}

export function assertAllKeysUsed(vm: HintContext): void {
  if (currentSquash(vm).keys.length > 1) throw new Fault('a squash left keys unused');
}

function dictionaryAt(vm: HintContext, address: Relocatable): Dictionary {
  const dictionary = vm.hintState.dictionaries.get(address.segment);
  if (dictionary === undefined) throw new Fault(`there is no dictionary at ${describe(address)}`);
  return dictionary;
}

function currentSquash(vm: HintContext): Squash {
  const { squash } = vm.hintState;
  if (squash === undefined) throw new Fault('no dictionary is being squashed');
  return squash;
}

function currentAccesses(vm: HintContext): number[] {
  const { keys, accesses } = currentSquash(vm);
  const key = keys.at(-1);
  const indices = key === undefined ? undefined : accesses.get(key);
  if (indices === undefined) throw new Fault('the squash has no key left');
  return indices;
}

function last(indices: readonly number[]): number {
  const index = indices.at(-1);
  if (index === undefined) throw new Fault('the squash has no access left for this key');
  return index;
}
