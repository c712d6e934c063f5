import { isStackError, PRIME } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  CairoMachine,
  createProofMachine,
  type MemoryValue,
  Program,
  Relocatable,
} from '../src/index.ts';
import { callRelative, END, jump, push, RET, word } from './assembler.ts';

const stackCell = (offset: number) => new Relocatable(1, offset);
const codeCell = (offset: number) => new Relocatable(0, offset);

/** Runs words in proof mode, twice: with the run loop's shortcuts and by the book. */
function runBoth(
  words: readonly MemoryValue[],
  check: (vm: CairoMachine) => void,
  prepare: (vm: CairoMachine) => void = () => {},
): void {
  for (const shortcuts of [true, false]) {
    const vm = createProofMachine(new Program(words, new Map(), { shortcuts }), {
      stepLimit: 1000,
    });
    prepare(vm);
    let failure: unknown;
    try {
      vm.run();
    } catch (error) {
      failure = error;
    }
    if (failure !== undefined) throw failure;
    check(vm);
  }
}

function failBoth(
  words: readonly MemoryValue[],
  pattern: RegExp,
  prepare: (vm: CairoMachine) => void = () => {},
): void {
  for (const shortcuts of [true, false]) {
    const vm = createProofMachine(new Program(words, new Map(), { shortcuts }), {
      stepLimit: 1000,
    });
    prepare(vm);
    let failure: unknown;
    try {
      vm.run();
    } catch (error) {
      failure = error;
    }
    expect(isStackError(failure, 'VM') && failure.facts.reason).toMatch(pattern);
  }
}

const stack = (vm: CairoMachine) => vm.memory.segments[1];

describe('instructions (fp = ap = 2, [0] = fp, [1] = 0)', () => {
  it('assert: writes the cell that is unknown, on either side', () => {
    runBoth(
      [...push(7n), word({ dst: ['ap', -1], op1: ['ap', 3], opcode: 'assert' }), ...END],
      (vm) => {
        expect(stack(vm)?.[2]).toBe(7n);
        expect(stack(vm)?.[6]).toBe(7n);
        expect(vm.ap).toBe(3);
      },
    );
  });

  it('assert through a pointer: reads and writes another segment', () => {
    const base = new Relocatable(20, 5);
    const words = [
      ...push(9n),
      // [ap] = [[fp + 10] + 2]: the dst is unknown, the cell is known.
      word({ dst: ['ap', 0], op0: ['fp', 10], op1: ['op0', 2], ap: '+1', opcode: 'assert' }),
      // [fp] = [[fp + 10] + 3]: the cell is unknown.
      word({ dst: ['fp', 0], op0: ['fp', 10], op1: ['op0', 3], opcode: 'assert' }),
      ...END,
    ];
    runBoth(
      words,
      (vm) => {
        expect(stack(vm)?.[3]).toBe(11n);
        expect(vm.memory.read(base, 3)).toBe(9n);
      },
      (vm) => {
        while (vm.memory.segments.length <= base.segment) vm.memory.allocate();
        vm.memory.write(base, 2, 11n);
        vm.memory.writeAt(1, 12, base);
      },
    );
  });

  it.each([
    ['add', 3n, 4n, 7n],
    ['add', PRIME - 1n, 5n, 4n],
    ['mul', 3n, 4n, 12n],
    ['mul', PRIME - 1n, PRIME - 1n, 1n],
  ] as const)('assert %s: %s, %s -> %s, and back to each operand', (res, a, b, c) => {
    const sum = word({ dst: ['fp', 2], op0: ['fp', 0], op1: ['fp', 1], res, opcode: 'assert' });
    const known = [a, b, c];
    for (const unknown of [0, 1, 2]) {
      runBoth(
        [sum, ...END],
        (vm) => expect(stack(vm)?.slice(2, 5)).toEqual(known),
        (vm) => {
          for (const cell of [0, 1, 2]) {
            if (cell !== unknown) vm.memory.writeAt(1, 2 + cell, known[cell] as bigint);
          }
        },
      );
    }
  });

  it('pointers: plus and minus felts, difference of two', () => {
    const words = [
      // [fp + 1] = [fp] + (-2); [fp + 2] + [fp + 1] = [fp], so [fp + 2] = 2
      word({ dst: ['fp', 1], op0: ['fp', 0], res: 'add', opcode: 'assert' }),
      PRIME - 2n,
      word({ dst: ['fp', 0], op0: ['fp', 2], op1: ['fp', 1], res: 'add', opcode: 'assert' }),
      ...END,
    ];
    runBoth(
      words,
      (vm) => {
        expect(stack(vm)?.[3]).toEqual(new Relocatable(30, 5));
        expect(stack(vm)?.[4]).toBe(2n);
      },
      (vm) => vm.memory.writeAt(1, 2, new Relocatable(30, 7)),
    );
  });

  it('jmp rel, jmp rel [cell], jmp abs', () => {
    runBoth([...jump(4n), ...push(1n), ...END], (vm) => expect(stack(vm)?.length).toBe(2));
    runBoth(
      [word({ op1: ['fp', 0], pc: 'rel' }), ...push(1n), ...END],
      (vm) => expect(vm.pc).toBe(3),
      (vm) => vm.memory.writeAt(1, 2, 3n),
    );
    runBoth(
      [word({ op1: ['fp', 0], pc: 'jmp', ap: '+1' }), ...push(1n), ...END],
      (vm) => expect([vm.pc, vm.ap]).toEqual([3, 3]),
      (vm) => vm.memory.writeAt(1, 2, codeCell(3)),
    );
  });

  it('jnz: jumps on felts other than 0 and on pointers', () => {
    const words = [word({ dst: ['fp', 0], pc: 'jnz' }), 4n, ...push(1n), ...END];
    const taken = (vm: CairoMachine) => expect(stack(vm)?.length).toBe(3);
    for (const value of [1n, PRIME - 1n, stackCell(0)]) {
      runBoth(words, taken, (vm) => vm.memory.writeAt(1, 2, value));
    }
    const cell = [word({ dst: ['fp', 0], op1: ['fp', 1], pc: 'jnz' }), ...push(1n), ...END];
    runBoth(cell, taken4, (vm) => {
      vm.memory.writeAt(1, 2, 5n);
      vm.memory.writeAt(1, 3, 3n);
    });
    runBoth(
      [word({ dst: ['fp', 0], pc: 'jnz' }), 4n, ...END],
      (vm) => expect(vm.pc).toBe(2),
      (vm) => vm.memory.writeAt(1, 2, 0n),
    );
    function taken4(vm: CairoMachine): void {
      expect(stack(vm)?.length).toBe(4);
    }
  });

  it('ap += immediate, ap += [cell]', () => {
    runBoth([word({ ap: 'res' }), 5n, ...END], (vm) => expect(vm.ap).toBe(7));
    runBoth(
      [word({ op1: ['fp', 0], ap: 'res' }), ...END],
      (vm) => expect(vm.ap).toBe(1),
      (vm) => vm.memory.writeAt(1, 2, PRIME - 1n),
    );
  });

  it('call rel, call abs and ret', () => {
    const body = [...push(5n), RET];
    const callee = [...callRelative(4n), ...END, ...body];
    const done = (vm: CairoMachine) => {
      const frame = [stackCell(2), codeCell(2), 5n];
      expect(stack(vm)?.slice(2)).toEqual(frame);
      expect([vm.fp, vm.ap]).toEqual([2, 5]);
    };
    runBoth(callee, done);
    const absolute = word({
      dst: ['ap', 0],
      op0: ['ap', 1],
      op1: ['fp', 7],
      pc: 'jmp',
      ap: '+2',
      opcode: 'call',
    });
    runBoth(
      [absolute, ...END, ...body],
      (vm) => expect(stack(vm)?.slice(2, 5)).toEqual([stackCell(2), codeCell(1), 5n]),
      (vm) => vm.memory.writeAt(1, 9, codeCell(3)),
    );
  });

  it('a run outside proof mode ends at the return to its end segment', () => {
    const vm = new CairoMachine(new Program([...push(3n), RET]), { stepLimit: 10 });
    const end = vm.memory.allocate();
    vm.memory.writeAt(1, 0, stackCell(0));
    vm.memory.writeAt(1, 1, end);
    [vm.ap, vm.fp, vm.endSegment] = [2, 2, end.segment];
    vm.run();
    expect([vm.steps, vm.ap, stack(vm)?.[2]]).toEqual([2, 3, 3n]);
  });
});

describe('broken rules', () => {
  it.each<[string, readonly MemoryValue[], RegExp]>([
    [
      'assert of different felts',
      [...push(1n), word({ dst: ['ap', -1], opcode: 'assert' }), 2n],
      /assert_eq/,
    ],
    ['felt against pointer', [word({ dst: ['fp', -2], opcode: 'assert' }), 2n], /assert_eq/],
    ['two unknown cells', [word({ dst: ['ap', 0], op1: ['ap', 1], opcode: 'assert' })], /unknown/],
    ['unknown op0', [word({ dst: ['ap', 0], op0: ['ap', 5], opcode: 'assert' }), 1n], /unknown/],
    ['deref of a felt', [word({ dst: ['ap', 0], op1: ['op0', 0], opcode: 'assert' })], /pointer/],
    [
      'sum of pointers',
      [word({ dst: ['ap', 0], op0: ['fp', -2], op1: ['fp', -2], res: 'add', opcode: 'assert' })],
      /add/,
    ],
    [
      'product with a pointer',
      [word({ dst: ['ap', 0], op0: ['fp', -2], res: 'mul', opcode: 'assert' }), 2n],
      /multiply/,
    ],
    [
      'division by zero',
      [...push(1n), word({ dst: ['ap', -1], op0: ['ap', 3], res: 'mul', opcode: 'assert' }), 0n],
      /zero/,
    ],
    [
      'pointer below its segment',
      [word({ dst: ['ap', 0], op0: ['fp', -2], res: 'add', opcode: 'assert' }), PRIME - 3n],
      /outside/,
    ],
    ['operand below the stack', [word({ dst: ['fp', -3], opcode: 'assert' }), 1n], /below/],
    ['jump to a felt', [word({ op1: ['fp', -1], pc: 'jmp' })], /jump/],
    ['jump to another segment', [word({ op1: ['fp', -2], pc: 'jmp' })], /outside the program/],
    ['jump out of the program', [...jump(100n)], /outside the program/],
    ['jump below the program', [...jump(PRIME - 1n)], /outside the program/],
    ['jump by a huge distance', [...jump(1n << 200n)], /range/],
    ['end of the words', [...push(1n)], /outside the program/],
    ['a pointer as instruction', [stackCell(0)], /instruction/],
    ['no instruction', [1n << 63n], /invalid instruction/],
    ['missing immediate', [word({ dst: ['ap', 0], opcode: 'assert' })], /program|unknown/],
    ['ap below the stack', [word({ ap: 'res' }), PRIME - 3n], /ap is below/],
    ['ap far beyond memory', [word({ ap: 'res' }), 1n << 28n, ...push(1n)], /stack is full/],
    [
      'ret to a felt',
      [word({ dst: ['fp', -2], op1: ['fp', -1], pc: 'jmp', opcode: 'ret' })],
      /pointer/,
    ],
    [
      'write to the program',
      [word({ dst: ['ap', 0], op0: ['fp', 5], op1: ['op0', 9], opcode: 'assert' }), ...push(1n)],
      /pointer|unknown/,
    ],
    ['endless loop', [...push(0n), ...jump(PRIME - 2n)], /out of steps/],
  ])('%s', (_name, words, pattern) => {
    failBoth(words, pattern);
  });

  it('call over a cell that is not fp', () => {
    failBoth([...callRelative(2n), ...END], /not fp/, (vm) => vm.memory.writeAt(1, 2, 5n));
  });

  it('ret to an fp outside the stack', () => {
    failBoth([RET, ...END], /outside the execution segment/, (vm) => {
      vm.memory.writeAt(1, 2, vm.memory.allocate());
      vm.memory.writeAt(1, 3, codeCell(1));
      [vm.ap, vm.fp] = [4, 4];
    });
  });

  it('the program segment cannot be extended', () => {
    const write = word({ dst: ['fp', -1], op0: ['fp', 0], op1: ['op0', 50], opcode: 'assert' });
    failBoth([write, ...END], /program segment/, (vm) => vm.memory.writeAt(1, 2, codeCell(0)));
  });

  it('a value cannot be written far outside', () => {
    const write = word({ dst: ['fp', -1], op0: ['fp', 0], op1: ['op0', 32767], opcode: 'assert' });
    failBoth([write, ...END], /outside its segment/, (vm) => {
      const { segment } = vm.memory.allocate();
      vm.memory.writeAt(1, 2, new Relocatable(segment, 2 ** 28));
    });
  });

  it('names the pc of the failure', () => {
    const vm = createProofMachine(new Program([...push(1n), ...push(2n), 1n << 63n]), {
      stepLimit: 10,
    });
    expect(() => vm.run()).toThrow('pc=0:4');
    expect([vm.pc, vm.steps]).toEqual([4, 2]);
  });
});
