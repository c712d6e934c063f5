// Every hint kind that the compiler from Sierra to CASM knows (cairo-lang-casm 2.21.0, enums CoreHint,
// DeprecatedHint, StarknetHint, ExternalHint), and what becomes of each here. Kinds of a newer
// compiler that are in neither list are refused as unknown when the class is loaded. BLAKE2s is no
// hint but an instruction: see instruction.test.ts.
import { expect, it } from 'vitest';
import { EXECUTABLE_HINTS } from '../src/hints/parse.ts';
import { EXTERNAL_HINT_FIELDS, HINT_FIELDS } from '../src/hints/types.ts';
import { parseHint } from '../src/index.ts';

const CORE = [
  'AllocSegment',
  'TestLessThan',
  'TestLessThanOrEqual',
  'TestLessThanOrEqualAddress',
  'WideMul128',
  'DivMod',
  'Uint256DivMod',
  'Uint512DivModByUint256',
  'SquareRoot',
  'Uint256SquareRoot',
  'LinearSplit',
  'AllocFelt252Dict',
  'Felt252DictEntryInit',
  'Felt252DictEntryUpdate',
  'GetSegmentArenaIndex',
  'InitSquashData',
  'GetCurrentAccessIndex',
  'ShouldSkipSquashLoop',
  'GetCurrentAccessDelta',
  'ShouldContinueSquashLoop',
  'GetNextDictKey',
  'AssertLeFindSmallArcs',
  'AssertLeIsFirstArcExcluded',
  'AssertLeIsSecondArcExcluded',
  'RandomEcPoint',
  'FieldSqrt',
  'DebugPrint',
  'AllocConstantSize',
  'U256InvModN',
  'EvalCircuit',
];
/** Of early compilers; their classes are still declared. */
const DEPRECATED = [
  'AssertCurrentAccessIndicesIsEmpty',
  'AssertAllAccessesUsed',
  'AssertAllKeysUsed',
  'AssertLeAssertThirdArcExcluded',
  'AssertLtAssertValidInput',
  'Felt252DictRead',
  'Felt252DictWrite',
];
/** Of the wrapper of executables: no contract may use them. */
const EXTERNAL = ['AddRelocationRule', 'WriteRunParam', 'AddMarker', 'AddTrace'];
/** For test runners: nothing here runs them. */
const UNKNOWN = ['Cheatcode', 'Blake2sCompress'];

it('all kinds that contracts may use are handled, and no other', () => {
  const handled = [...CORE, ...DEPRECATED, 'SystemCall'];
  expect(Object.keys(HINT_FIELDS).toSorted()).toEqual(handled.toSorted());
});

it('all kinds that executables may use besides are handled, and no other', () => {
  expect(Object.keys(EXTERNAL_HINT_FIELDS).toSorted()).toEqual(EXTERNAL.toSorted());
});

it.each(UNKNOWN)('%s is refused in executables too', (kind) => {
  expect(() => parseHint({ [kind]: {} }, EXECUTABLE_HINTS)).toThrow(`unknown hint "${kind}"`);
});

it.each([...EXTERNAL, ...UNKNOWN])('%s is refused by its name', (kind) => {
  expect(() => parseHint({ [kind]: {} })).toThrow(`unknown hint "${kind}"`);
  expect(() => parseHint(kind)).toThrow(`unknown hint "${kind}"`);
});
