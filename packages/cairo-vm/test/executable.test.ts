// Executables are run whole in packages/program-proof; here: what dictionaries of theirs need of the memory.
import { isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  FIRST_FREE_SEGMENT,
  loadExecutable,
  Memory,
  Relocatable,
  runExecutable,
} from '../src/index.ts';
import { callRelative, END, push, RET, word } from './assembler.ts';

const pointer = (segment: number, offset: number) => new Relocatable(segment, offset);
const [FIRST, SECOND] = [FIRST_FREE_SEGMENT, FIRST_FREE_SEGMENT + 1];

describe('a segment that is moved', () => {
  const memory = () => {
    const made = new Memory([1n]);
    made.allocate([10n, 11n]);
    made.allocate([20n, pointer(SECOND, 0)]);
    made.writeAt(1, 0, pointer(SECOND, 1));
    made.writeAt(1, 1, pointer(FIRST, 1));
    return made;
  };

  it('takes its cells and every pointer with it', () => {
    const made = memory();
    made.move(SECOND, pointer(FIRST, 3));
    expect(made.segments[FIRST]).toEqual([10n, 11n, undefined, 20n, pointer(FIRST, 3)]);
    expect(made.segments[SECOND]).toEqual([]);
    expect(made.read(pointer(1, 0))).toEqual(pointer(FIRST, 4));
    expect(made.read(pointer(1, 1))).toEqual(pointer(FIRST, 1));
    expect(made.extraSteps).toBeGreaterThan(0);
  });

  it.each<[string, number, Relocatable]>([
    ['over other cells', SECOND, pointer(FIRST, 1)],
    ['to a negative place', SECOND, pointer(FIRST, -1)],
    ['into itself', SECOND, pointer(SECOND, 5)],
    ['out of the builtins', 3, pointer(FIRST, 5)],
    ['into the stack', SECOND, pointer(1, 5)],
    ['where nothing is', SECOND, pointer(99, 0)],
    ['when there is none', 99, pointer(FIRST, 0)],
  ])('is not moved %s', (_name, from, to) => {
    expect(() => memory().move(from, to)).toThrow();
  });
});

const cell = (offset: number) => ({ register: 'AP', offset });
const deref = (offset: number) => ({ Deref: cell(offset) });

/** Two segments of one cell; the second is asserted to begin `distance` behind the first. */
function twoSegments(rule: unknown, distance: bigint) {
  const allocate = [{ AllocSegment: { dst: cell(0) } }, { AllocSegment: { dst: cell(1) } }];
  const store = (value: number, base: number) =>
    word({ dst: ['ap', value], op0: ['ap', base], op1: ['op0', 0], opcode: 'assert' });
  const head = [word({ ap: 'res' }), 0n, ...callRelative(4n), ...END];
  const body = [word({ ap: 'res' }), 2n, ...push(7n)];
  // [ap - 2] = [ap - 3] + distance
  const compare = [
    word({ dst: ['ap', -2], op0: ['ap', -3], res: 'add', opcode: 'assert' }),
    distance,
  ];
  const words = [...head, ...body, store(-1, -3), store(-1, -2), ...compare, RET];
  return loadExecutable({
    program: {
      bytecode: words.map((value) => `0x${value.toString(16)}`),
      hints: [
        [head.length, allocate],
        [head.length + body.length + 2, [rule]],
      ],
    },
    entrypoints: [{ builtins: [], offset: 0, kind: 'Standalone' }],
  });
}

describe('AddRelocationRule', () => {
  const place = (distance: string) => ({
    BinOp: { op: 'Add', a: cell(-3), b: { Immediate: distance } },
  });
  const failure = (rule: unknown) => {
    try {
      runExecutable(twoSegments(rule, 2n), [], 100);
    } catch (error) {
      return isStackError(error, 'VM') ? error.facts.reason : String(error);
    }
    return undefined;
  };

  it('makes true what the program asserts of the place of its dictionaries', () => {
    const machine = runExecutable(
      twoSegments({ AddRelocationRule: { src: deref(-2), dst: place('0x2') } }, 2n),
      [],
      100,
    );
    expect(machine.memory.segments[FIRST]).toEqual([7n, undefined, 7n]);
  });

  it('does not make anything else true', () => {
    expect(failure({ AddRelocationRule: { src: deref(-2), dst: place('0x3') } })).toMatch(
      /assert_eq/,
    );
    expect(failure({ AddTrace: { flag: { Immediate: '0x0' } } })).toMatch(/assert_eq/);
    expect(failure({ AddRelocationRule: { src: deref(-1), dst: place('0x2') } })).toMatch(
      /pointer/,
    );
    expect(failure({ AddRelocationRule: { src: place('0x1'), dst: place('0x2') } })).toMatch(
      /start/,
    );
  });
});

it('a run whose arguments have another number than 0 fails', () => {
  const hint = { WriteRunParam: { index: { Immediate: '0x1' }, dst: cell(0) } };
  const program = twoSegments(hint, 2n);
  expect(() => runExecutable(program, [], 100)).toThrow(/no parameter 1/);
});

it('a run that does not end in time fails', () => {
  const program = twoSegments({ AddRelocationRule: { src: deref(-2), dst: deref(-3) } }, 2n);
  expect(() => runExecutable(program, [], 2)).toThrow(/out of steps/);
});
