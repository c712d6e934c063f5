import { multiplyGenerator } from '@stackctl/crypto';
import { toDistance } from '../values.ts';
import * as arithmetic from './arithmetic.ts';
import * as assertLe from './assert-le.ts';
import { evalCircuit } from './circuit.ts';
import * as dictionary from './dictionary.ts';
import * as external from './external.ts';
import { feltOf, type HintContext, pointerOf, setCell } from './operands.ts';
import type { Hint, HintOf } from './types.ts';

/** A hint that needs nothing but memory: every kind except SystemCall. */
export type PureHint = Exclude<Hint, HintOf<'SystemCall'>>;

type Handlers = {
  readonly [K in PureHint['kind']]: (vm: HintContext, hint: HintOf<K>) => void;
};

/** Early warnings of their compilers (the instructions that follow prove the same), and printing. */
const nothing = (): void => {};

const HANDLERS: Handlers = {
  AllocSegment: (vm, hint) => setCell(vm, hint.dst, vm.memory.allocate()),
  TestLessThan: (vm, hint) =>
    setCell(vm, hint.dst, feltOf(vm, hint.lhs) < feltOf(vm, hint.rhs) ? 1n : 0n),
  TestLessThanOrEqual: (vm, hint) =>
    setCell(vm, hint.dst, feltOf(vm, hint.lhs) <= feltOf(vm, hint.rhs) ? 1n : 0n),
  TestLessThanOrEqualAddress: testAddresses,
  WideMul128: arithmetic.wideMul128,
  DivMod: arithmetic.divMod,
  Uint256DivMod: arithmetic.uint256DivMod,
  Uint512DivModByUint256: arithmetic.uint512DivMod,
  SquareRoot: arithmetic.squareRoot,
  Uint256SquareRoot: arithmetic.uint256SquareRoot,
  LinearSplit: arithmetic.linearSplit,
  FieldSqrt: arithmetic.fieldSquareRoot,
  U256InvModN: arithmetic.u256InvModN,
  AllocConstantSize: allocateConstantSize,
  RandomEcPoint: randomPoint,
  EvalCircuit: evalCircuit,
  AllocFelt252Dict: dictionary.allocate,
  Felt252DictEntryInit: dictionary.entryInit,
  Felt252DictEntryUpdate: dictionary.entryUpdate,
  Felt252DictRead: dictionary.read,
  Felt252DictWrite: dictionary.write,
  GetSegmentArenaIndex: dictionary.segmentArenaIndex,
  InitSquashData: dictionary.initSquash,
  GetCurrentAccessIndex: dictionary.currentAccessIndex,
  ShouldSkipSquashLoop: dictionary.shouldSkipSquashLoop,
  GetCurrentAccessDelta: dictionary.currentAccessDelta,
  ShouldContinueSquashLoop: dictionary.shouldContinueSquashLoop,
  GetNextDictKey: dictionary.nextKey,
  AssertCurrentAccessIndicesIsEmpty: dictionary.assertAccessesEmpty,
  AssertAllKeysUsed: dictionary.assertAllKeysUsed,
  AssertLeFindSmallArcs: assertLe.findSmallArcs,
  AssertLeIsFirstArcExcluded: assertLe.isFirstArcExcluded,
  AssertLeIsSecondArcExcluded: assertLe.isSecondArcExcluded,
  AssertAllAccessesUsed: nothing,
  AssertLeAssertThirdArcExcluded: nothing,
  AssertLtAssertValidInput: nothing,
  // For a developer's own machine: on a node a contract has no output.
  DebugPrint: nothing,
  WriteRunParam: external.writeRunParam,
  AddRelocationRule: external.addRelocationRule,
  AddMarker: external.addMarker,
  // A stack trace, for a developer.
  AddTrace: nothing,
};

/**
 * Steps that a costly hint counts for against the step limit, so that a loop around it stays within
 * the time of so many steps. Hints whose work depends on their operands add more themselves.
 */
export const HINT_STEPS: Readonly<Partial<Record<PureHint['kind'], number>>> = {
  FieldSqrt: 400,
  U256InvModN: 100,
  SquareRoot: 50,
  Uint256SquareRoot: 50,
  Uint512DivModByUint256: 20,
  AssertLeFindSmallArcs: 10,
};

/** Interprets one hint. Deterministic: every node must fill the same cells. */
export function runHint(vm: HintContext, hint: PureHint): void {
  const handler = HANDLERS[hint.kind] as (vm: HintContext, hint: PureHint) => void;
  handler(vm, hint);
}

/** Order of pointers: by segment, then offset. */
function testAddresses(vm: HintContext, hint: HintOf<'TestLessThanOrEqualAddress'>): void {
  const left = pointerOf(vm, hint.lhs);
  const right = pointerOf(vm, hint.rhs);
  const ordered =
    left.segment < right.segment || (left.segment === right.segment && left.offset <= right.offset);
  setCell(vm, hint.dst, ordered ? 1n : 0n);
}

/** Hands out consecutive cells of one segment. */
function allocateConstantSize(vm: HintContext, hint: HintOf<'AllocConstantSize'>): void {
  const state = vm.hintState;
  const start = state.constants ?? vm.memory.allocate();
  state.constants = start.plus(Math.max(0, toDistance(feltOf(vm, hint.size))));
  setCell(vm, hint.dst, start);
}

/** Any scalar that no contract has a reason to use. */
const OFFSET_SCALAR = 0x7374_6163_6b63_746c_2d72_616e_646f_6d2d_706f_696e_74n;
let offsetPoint: { x: bigint; y: bigint } | undefined;

/**
 * The point from which the corelib starts a sum, so that no intermediate sum meets the point at
 * infinity. Upstream takes a random one; every node and the prover must agree, so it is fixed.
 */
function randomPoint(vm: HintContext, hint: HintOf<'RandomEcPoint'>): void {
  offsetPoint ??= multiplyGenerator(OFFSET_SCALAR);
  if (offsetPoint === undefined) throw new TypeError('the offset point has no coordinates');
  setCell(vm, hint.x, offsetPoint.x);
  setCell(vm, hint.y, offsetPoint.y);
}
