import { ENTRY_POINT_INITIAL_BUDGET } from '@stackctl/cairo-vm';
import { selector } from '@stackctl/crypto';
import { type CasmClassJson, PRIME, shortString } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClassProvider, call } from '../src/index.ts';
import {
  ARGUMENT,
  advance,
  classOf,
  copy,
  jump,
  load,
  push,
  reserve,
  ret,
  returnCalldata,
  store,
  word,
} from './helpers/casm.ts';
import { blockContext, genesisState } from './helpers/chain.ts';

// Code that no compiler writes. Whatever it does, a call ends, soon, with a result or a failure.

const ADDRESS = 0xbadn;
const CLASS = 0xc1a55n;
const RUN = selector('run');

function run(json: CasmClassJson, calldata: readonly bigint[] = []) {
  const state = genesisState();
  state.setClassHash(ADDRESS, CLASS);
  state.setCompiledClassHash(CLASS, 1n);
  const classes: ClassProvider = { casm: (hash) => (hash === CLASS ? json : undefined) };
  return call({
    block: blockContext(),
    state,
    classes,
    contractAddress: ADDRESS,
    selector: RUN,
    calldata,
  });
}

const system = (offset: number) => ({
  SystemCall: { system: { Deref: { register: 'FP', offset } } },
});
/** Stores `cells` (locals from [fp] on) as a request, then makes the syscall. */
function syscall(cells: readonly bigint[]): CasmClassJson {
  const bytecode = [
    ...cells.flatMap((cell) => push(cell)),
    store(ARGUMENT.syscalls, 1, ARGUMENT.gas),
    ...cells.map((_, i) => store(ARGUMENT.syscalls, i === 0 ? 0 : i + 1, i)),
  ];
  const pc = bytecode.length;
  return classOf([...bytecode, ...jump(0n)], [RUN], { hints: [[pc, [system(ARGUMENT.syscalls)]]] });
}

describe('hostile code', () => {
  it('honest code, for comparison: returns its calldata', () => {
    expect(run(classOf(returnCalldata, [RUN]), [4n, 5n])).toMatchObject({ result: [4n, 5n] });
  });

  it('honest code too: puts back the gas that it was charged at entry and did not need', () => {
    const thrifty = [
      ...advance(ARGUMENT.gas, ENTRY_POINT_INITIAL_BUDGET),
      copy(ARGUMENT.syscalls),
      ...push(0n),
      copy(ARGUMENT.calldata),
      copy(ARGUMENT.calldataEnd),
      ret,
    ];
    expect(run(classOf(thrifty, [RUN]), [4n])).toMatchObject({ result: [4n] });
  });

  it.each<[string, CasmClassJson, RegExp]>([
    ['loops for ever', classOf(jump(0n), [RUN]), /out of steps/],
    [
      'recurses for ever',
      classOf(
        [word({ dstFp: false, dstOffset: 0, op0Fp: false, op0Offset: 1, opcode: 1 }), 0n],
        [RUN],
      ),
      /out of (steps|memory)/,
    ],
    ['takes all memory', classOf([...reserve(2n ** 24n), ...push(1n)], [RUN]), /out of memory/],
    [
      'writes twice',
      classOf(
        [...push(1n), word({ dstFp: false, dstOffset: -1, opcode: 4, pcUpdate: 0 }), 2n],
        [RUN],
      ),
      /assert_eq/,
    ],
    ['runs off its end', classOf(push(1n), [RUN]), /./],
    ['returns too little', classOf([ret], [RUN]), /return|gas|syscalls|flag|range/],
    [
      'returns gas it did not get',
      classOf(
        [
          ...advance(ARGUMENT.gas, ENTRY_POINT_INITIAL_BUDGET + 1n),
          copy(ARGUMENT.syscalls),
          ...push(0n),
          copy(ARGUMENT.calldata),
          copy(ARGUMENT.calldataEnd),
          ret,
        ],
        [RUN],
      ),
      /gas grew/,
    ],
    [
      'returns another syscall pointer',
      classOf(
        [
          copy(ARGUMENT.gas),
          ...advance(ARGUMENT.syscalls, 1n),
          ...push(0n),
          copy(ARGUMENT.calldata),
          copy(ARGUMENT.calldataEnd),
          ret,
        ],
        [RUN],
      ),
      /syscalls end/,
    ],
    [
      'returns a range backwards',
      classOf(
        [
          copy(ARGUMENT.gas),
          copy(ARGUMENT.syscalls),
          ...push(0n),
          copy(ARGUMENT.calldataEnd),
          ...advance(ARGUMENT.calldata, PRIME - 1n),
          ret,
        ],
        [RUN],
      ),
      /outside|range/,
    ],
    [
      'returns pointers as data',
      classOf(
        [
          copy(ARGUMENT.gas),
          copy(ARGUMENT.syscalls),
          ...push(0n),
          ...advance(ARGUMENT.calldata, 0n),
          copy(ARGUMENT.gas),
          ret,
        ],
        [RUN],
      ),
      /range/,
    ],
    [
      'has a strange panic flag',
      classOf(
        [
          copy(ARGUMENT.gas),
          copy(ARGUMENT.syscalls),
          ...push(2n),
          copy(ARGUMENT.calldata),
          copy(ARGUMENT.calldataEnd),
          ret,
        ],
        [RUN],
      ),
      /panic flag/,
    ],
    [
      'skips range-check cells',
      classOf(
        [
          ...push(1n),
          word({ opcode: 4, pcUpdate: 0, dstOffset: 0, op0Offset: -7, op1Source: 0, op1Offset: 5 }),
          ...advance(-7, 6n),
          copy(ARGUMENT.gas),
          copy(ARGUMENT.syscalls),
          ...push(0n),
          copy(ARGUMENT.calldata),
          copy(ARGUMENT.calldataEnd),
          ret,
        ],
        [RUN],
        { builtins: ['range_check'] },
      ),
      /skipped/,
    ],
    [
      'moves a builtin pointer back',
      classOf(
        [
          ...push(1n),
          store(-7, 0, 0),
          copy(-7),
          copy(ARGUMENT.gas),
          copy(ARGUMENT.syscalls),
          ...push(0n),
          copy(ARGUMENT.calldata),
          copy(ARGUMENT.calldataEnd),
          ret,
        ],
        [RUN],
        { builtins: ['range_check'] },
      ),
      /range_check ends/,
    ],
    ['makes an unknown syscall', syscall([shortString('Format')]), /unknown syscall/],
    ['calls itself for ever', syscall([shortString('CallContract'), ADDRESS, RUN]), /./],
    ['emits from no range', syscall([shortString('EmitEvent'), 1n, 2n, 3n, 4n]), /range/],
    ['deploys from no range', syscall([shortString('Deploy'), 1n, 2n, 3n, 4n, 5n]), /range/],
    ['replaces itself by nothing', syscall([shortString('ReplaceClass'), 5n]), /not declared/],
    [
      'has hints that fail',
      classOf([...returnCalldata], [RUN], {
        hints: [[0, [{ AllocFelt252Dict: { segment_arena_ptr: { Immediate: '0x5' } } }]]],
      }),
      /pointer/,
    ],
    [
      'allocates segments without end',
      classOf([...jump(0n)], [RUN], {
        hints: [[0, [{ AllocSegment: { dst: { register: 'AP', offset: 0 } } }]]],
      }),
      /holds/,
    ],
    ['is no class at all', { bytecode: 'nonsense' } as never, /cannot run/],
    [
      'has a builtin nobody knows',
      classOf(returnCalldata, [RUN], { builtins: ['keccak' as never] }),
      /unknown builtin/,
    ],
  ])('that %s fails', (_name, json, message) => {
    const outcome = run(json, [1n]);
    expect(outcome).toMatchObject({ failure: 'CONTRACT_ERROR' });
    expect('message' in outcome && outcome.message).toMatch(message);
  });

  it('makes its syscalls one behind the other, in their segment', () => {
    const system = {
      SystemCall: { system: { Deref: { register: 'FP', offset: ARGUMENT.calldata } } },
    };
    const json = classOf(jump(0n), [RUN], { hints: [[0, [system]]] });
    const outcome = run(json, [shortString('GetExecutionInfo'), 10n ** 9n]);
    expect('message' in outcome && outcome.message).toMatch(/expected at/);
  });

  it('squashes its dictionaries', () => {
    const arena = -7;
    const allocate = {
      AllocFelt252Dict: { segment_arena_ptr: { Deref: { register: 'FP', offset: arena } } },
    };
    const close = (squashed: bigint) => [
      load(arena, -3),
      ...push(1n),
      ...push(squashed),
      store(arena, 0, 0),
      store(arena, 1, 1),
      store(arena, 2, 2),
      ...advance(arena, 3n),
      ...returnCalldata,
    ];
    const outcome = (squashed: bigint) =>
      run(
        classOf(close(squashed), [RUN], { hints: [[0, [allocate]]], builtins: ['segment_arena'] }),
      );
    expect(outcome(1n)).toMatchObject({ result: [] });
    const failed = outcome(0n);
    expect('message' in failed && failed.message).toMatch(/not squashed/);
  });

  it('recursion through calls ends at the depth limit', () => {
    // CallContract(self, run, calldata): the request is the selector, gas, address, entry, range.
    const locals = [shortString('CallContract'), ADDRESS, RUN];
    const request = [
      ...locals.flatMap((cell) => push(cell)),
      store(ARGUMENT.syscalls, 0, 0),
      store(ARGUMENT.syscalls, 1, ARGUMENT.gas),
      store(ARGUMENT.syscalls, 2, 1),
      store(ARGUMENT.syscalls, 3, 2),
      store(ARGUMENT.syscalls, 4, ARGUMENT.calldata),
      store(ARGUMENT.syscalls, 5, ARGUMENT.calldataEnd),
    ];
    const json = classOf([...request, ...returnCalldata], [RUN], {
      hints: [[request.length, [system(ARGUMENT.syscalls)]]],
    });
    const outcome = run(json);
    expect(outcome).toMatchObject({ failure: 'CONTRACT_ERROR' });
    expect('message' in outcome && outcome.message).toMatch(/call depth/);
  });

  it('random words and hints never throw', () => {
    const anyWord = fc.bigInt({ min: 0n, max: PRIME - 1n });
    const mostlyCode = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...returnCalldata, ...push(3n), ...jump(2n), ret) },
      { weight: 1, arbitrary: anyWord },
    );
    const cell = fc.record({
      register: fc.constantFrom('AP', 'FP'),
      offset: fc.integer({ min: -8, max: 3 }),
    });
    const deref = cell.map((Deref) => ({ Deref }));
    const hint = fc.oneof(
      cell.map((dst) => ({ AllocSegment: { dst } })),
      deref.map((operand) => ({ SystemCall: { system: operand } })),
      fc.tuple(deref, deref, cell).map(([lhs, rhs, dst]) => ({ TestLessThan: { lhs, rhs, dst } })),
      deref.map((operand) => ({ AllocFelt252Dict: { segment_arena_ptr: operand } })),
      fc
        .tuple(deref, deref)
        .map(([dict_ptr, key]) => ({ Felt252DictEntryInit: { dict_ptr, key } })),
    );
    fc.assert(
      fc.property(
        fc.array(mostlyCode, { minLength: 1, maxLength: 20 }),
        fc.array(fc.tuple(fc.nat(19), fc.array(hint, { maxLength: 2 })), { maxLength: 4 }),
        fc.array(anyWord, { maxLength: 3 }),
        (bytecode, hints, calldata) => {
          const placed = hints.filter(([pc]) => pc < bytecode.length);
          const loops = bytecode.some((value) => value === 0n);
          if (loops) return;
          const outcome = run(classOf(bytecode, [RUN], { hints: placed }), calldata);
          expect('result' in outcome || 'failure' in outcome).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
