import { isOnCurve } from '@stackctl/crypto';
import { isStackError, PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runHint } from '../src/hints/run.ts';
import {
  CairoMachine,
  Fault,
  type MemoryValue,
  Program,
  parseHint,
  parseHints,
  Relocatable,
} from '../src/index.ts';

const FP = 100;
const M128 = 2n ** 128n - 1n;
const low = (value: bigint) => value & M128;
const high = (value: bigint) => value >> 128n;

const out = (offset: number) => ({ register: 'FP', offset });
const immediate = (value: bigint) => ({ Immediate: `0x${value.toString(16)}` });
const cell = (offset: number) => ({ Deref: out(offset) });

/** A machine whose hints write the cells from [fp] on. */
function machine(values: readonly MemoryValue[] = []): CairoMachine {
  const vm = new CairoMachine(new Program([]), { stepLimit: 1 });
  vm.fp = FP;
  vm.ap = FP;
  for (const [i, value] of values.entries()) vm.memory.writeAt(1, FP - 1 - i, value);
  return vm;
}

function run(json: unknown, vm: CairoMachine = machine()): CairoMachine {
  const hint = parseHint(json);
  if (hint.kind === 'SystemCall') throw new TypeError('not a pure hint');
  runHint(vm, hint);
  return vm;
}

/** Outputs of a hint with the given immediates and output fields (written to [fp], [fp + 1], ...). */
function outputs(
  kind: string,
  inputs: Record<string, bigint>,
  names: readonly string[],
): Record<string, MemoryValue | undefined> {
  const fields = {
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, immediate(value)])),
    ...Object.fromEntries(names.map((name, i) => [name, out(i)])),
  };
  const vm = run({ [kind]: fields });
  return Object.fromEntries(names.map((name, i) => [name, vm.memory.peek(1, FP + i)]));
}

const u128 = fc.bigInt({ min: 0n, max: M128 });
const u256 = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const felt = fc.bigInt({ min: 0n, max: PRIME - 1n });

describe('operands', () => {
  it('are cells, cells behind pointers, immediates, sums and products', () => {
    const vm = machine([7n, new Relocatable(20, 3)]);
    while (vm.memory.segments.length < 21) vm.memory.allocate();
    vm.memory.writeAt(20, 5, 11n);
    const compare = (lhs: unknown, rhs: unknown, dst: number) =>
      run({ TestLessThanOrEqual: { lhs, rhs, dst: out(dst) } }, vm).memory.peek(1, FP + dst);
    const forms: ReadonlyArray<readonly [unknown, bigint]> = [
      [cell(-1), 7n],
      [{ DoubleDeref: [out(-2), 2] }, 11n],
      [{ Immediate: '-0x2' }, PRIME - 2n],
      [{ BinOp: { op: 'Add', a: out(-1), b: { Immediate: '-0x3' } } }, 4n],
      [{ BinOp: { op: 'Mul', a: out(-1), b: cell(-1) } }, 49n],
    ];
    for (const [i, [form, value]] of forms.entries()) {
      expect(compare(form, immediate(value), 2 * i)).toBe(1n);
      expect(compare(immediate(value), form, 2 * i + 1)).toBe(1n);
    }
  });

  it.each([
    ['an unknown kind', { Nonsense: {} }],
    ['a missing field', { AllocSegment: {} }],
    ['a superfluous field', { AllocSegment: { dst: out(0), more: 1 } }],
    ['two kinds', { AllocSegment: { dst: out(0) }, DivMod: {} }],
    ['no register', { AllocSegment: { dst: { offset: 1 } } }],
    ['a wide offset', { AllocSegment: { dst: out(40_000) } }],
    ['an unknown operand', { SystemCall: { system: { Cell: out(0) } } }],
    ['a wild immediate', { SystemCall: { system: { Immediate: 'five' } } }],
    [
      'an unknown operation',
      { SystemCall: { system: { BinOp: { op: 'Sub', a: out(0), b: cell(0) } } } },
    ],
    ['no object', 7],
    ['a prototype name', { constructor: {} }],
  ])('%s is refused', (_name, json) => {
    let failure: unknown;
    try {
      parseHint(json);
    } catch (error) {
      failure = error;
    }
    expect(isStackError(failure, 'CLASS_MALFORMED')).toBe(true);
  });

  it('hints of one offset keep their order', () => {
    const parsed = parseHints([
      [3, ['AssertAllKeysUsed', { AllocSegment: { dst: out(0) } }]],
      [5, []],
    ]);
    expect(parsed.get(3)?.map((hint) => hint.kind)).toEqual(['AssertAllKeysUsed', 'AllocSegment']);
  });
});

describe('arithmetic hints', () => {
  it('TestLessThan, TestLessThanOrEqual', () => {
    for (const [a, b] of [
      [1n, 2n],
      [2n, 2n],
      [3n, 2n],
    ] as const) {
      expect(outputs('TestLessThan', { lhs: a, rhs: b }, ['dst']).dst).toBe(a < b ? 1n : 0n);
      expect(outputs('TestLessThanOrEqual', { lhs: a, rhs: b }, ['dst']).dst).toBe(
        a <= b ? 1n : 0n,
      );
    }
  });

  it('WideMul128', () => {
    fc.assert(
      fc.property(u128, u128, (lhs, rhs) => {
        expect(outputs('WideMul128', { lhs, rhs }, ['high', 'low'])).toEqual({
          high: high(lhs * rhs),
          low: low(lhs * rhs),
        });
      }),
    );
  });

  it('DivMod, Uint256DivMod, Uint512DivModByUint256', () => {
    fc.assert(
      fc.property(felt, u256, u256, u256, (a, b, c, d) => {
        const divisor = d === 0n ? 1n : d;
        const rhs = (d % (PRIME - 1n)) + 1n;
        expect(outputs('DivMod', { lhs: a, rhs }, ['quotient', 'remainder'])).toEqual({
          quotient: a / rhs,
          remainder: a % rhs,
        });
        const small = outputs(
          'Uint256DivMod',
          {
            dividend0: low(b),
            dividend1: high(b),
            divisor0: low(divisor),
            divisor1: high(divisor),
          },
          ['quotient0', 'quotient1', 'remainder0', 'remainder1'],
        ) as Record<string, bigint>;
        expect(small).toEqual({
          quotient0: low(b / divisor),
          quotient1: high(b / divisor),
          remainder0: low(b % divisor),
          remainder1: high(b % divisor),
        });
        const wide = (c << 256n) | b;
        const quotient = wide / divisor;
        const large = outputs(
          'Uint512DivModByUint256',
          {
            dividend0: low(wide),
            dividend1: low(wide >> 128n),
            dividend2: low(wide >> 256n),
            dividend3: wide >> 384n,
            divisor0: low(divisor),
            divisor1: high(divisor),
          },
          ['quotient0', 'quotient1', 'quotient2', 'quotient3', 'remainder0', 'remainder1'],
        );
        expect(large).toEqual({
          quotient0: low(quotient),
          quotient1: low(quotient >> 128n),
          quotient2: low(quotient >> 256n),
          quotient3: quotient >> 384n,
          remainder0: low(wide % divisor),
          remainder1: high(wide % divisor),
        });
      }),
    );
    expect(() => outputs('DivMod', { lhs: 1n, rhs: 0n }, ['quotient', 'remainder'])).toThrow(Fault);
  });

  it('SquareRoot, Uint256SquareRoot', () => {
    fc.assert(
      fc.property(u128, u256, (small, large) => {
        const root = outputs('SquareRoot', { value: small }, ['dst']).dst as bigint;
        expect(root * root <= small && (root + 1n) ** 2n > small).toBe(true);
        const names = [
          'sqrt0',
          'sqrt1',
          'remainder_low',
          'remainder_high',
          'sqrt_mul_2_minus_remainder_ge_u128',
        ];
        const inputs = { value_low: low(large), value_high: high(large) };
        const o = outputs('Uint256SquareRoot', inputs, names) as Record<string, bigint>;
        const sqrt = (o.sqrt0 as bigint) + ((o.sqrt1 as bigint) << 64n);
        const remainder = (o.remainder_low as bigint) + ((o.remainder_high as bigint) << 128n);
        expect(sqrt * sqrt + remainder).toBe(large);
        expect(remainder <= 2n * sqrt).toBe(true);
        expect(o.sqrt_mul_2_minus_remainder_ge_u128).toBe(2n * sqrt - remainder > M128 ? 1n : 0n);
      }),
    );
  });

  it('LinearSplit', () => {
    const split = (value: bigint, scalar: bigint, max_x: bigint) =>
      outputs('LinearSplit', { value, scalar, max_x }, ['x', 'y']);
    expect(split(100n, 7n, 1_000n)).toEqual({ x: 14n, y: 2n });
    expect(split(100n, 7n, 3n)).toEqual({ x: 3n, y: 79n });
    expect(() => split(1n, 0n, 1n)).toThrow(Fault);
  });

  it('FieldSqrt: a root of the value or of three times it', () => {
    fc.assert(
      fc.property(felt, (val) => {
        const root = outputs('FieldSqrt', { val }, ['sqrt']).sqrt as bigint;
        expect([val, (3n * val) % PRIME]).toContain((root * root) % PRIME);
        expect(root <= (PRIME - 1n) / 2n).toBe(true);
      }),
      { numRuns: 30 },
    );
    expect(outputs('FieldSqrt', { val: 9n }, ['sqrt']).sqrt).toBe(3n);
  });

  const INVERSE = ['g0_or_no_inv', 'g1_option', 's_or_r0', 's_or_r1', 't_or_k0', 't_or_k1'];
  const invert = (b: bigint, n: bigint) => {
    const inputs = { b0: low(b), b1: high(b), n0: low(n), n1: high(n) };
    const o = outputs('U256InvModN', inputs, INVERSE) as Record<string, bigint>;
    const pair = (a: string, c: string) => (o[a] as bigint) + ((o[c] as bigint) << 128n);
    const first = pair('s_or_r0', 's_or_r1');
    return {
      g0: o.g0_or_no_inv as bigint,
      g1: o.g1_option,
      first,
      second: pair('t_or_k0', 't_or_k1'),
    };
  };

  it('U256InvModN: an inverse with its quotient, or a common divisor', () => {
    fc.assert(
      fc.property(u256, fc.bigInt({ min: 2n, max: 2n ** 256n - 1n }), (b, n) => {
        const { g0, g1, first, second } = invert(b, n);
        if (g0 === 0n) {
          expect(first < n && first * b === 1n + second * n).toBe(true);
        } else {
          const g = g0 + ((g1 as bigint) << 128n);
          expect(g > 1n && first * g === b && second * g === n).toBe(true);
        }
      }),
    );
    expect(invert(3n, 7n)).toEqual({ g0: 0n, g1: undefined, first: 5n, second: 2n });
    expect(invert(6n, 8n)).toEqual({ g0: 2n, g1: 0n, first: 3n, second: 4n });
    expect(invert(5n, 1n)).toEqual({ g0: 1n, g1: 0n, first: 5n, second: 1n });
    expect(invert(0n, 9n)).toEqual({ g0: 9n, g1: 0n, first: 0n, second: 1n });
  });

  it('RandomEcPoint: on the curve, and the same on every machine', () => {
    const [one, other] = [1, 2].map(() => run({ RandomEcPoint: { x: out(0), y: out(1) } }));
    const read = (vm?: CairoMachine) => ({
      x: vm?.memory.peek(1, FP) as bigint,
      y: vm?.memory.peek(1, FP + 1) as bigint,
    });
    expect(isOnCurve(read(one))).toBe(true);
    expect(read(one)).toEqual(read(other));
  });

  it('AssertLe: two arcs in range-check cells, the longest left out', () => {
    fc.assert(
      fc.property(felt, felt, (x, y) => {
        const [a, b] = x < y ? [x, y] : [y, x];
        const vm = machine([new Relocatable(4, 0)]);
        run(
          {
            AssertLeFindSmallArcs: { range_check_ptr: cell(-1), a: immediate(a), b: immediate(b) },
          },
          vm,
        );
        run({ AssertLeIsFirstArcExcluded: { skip_exclude_a_flag: out(0) } }, vm);
        run({ AssertLeIsSecondArcExcluded: { skip_exclude_b_minus_a: out(1) } }, vm);
        const cells = [0, 1, 2, 3].map((i) => vm.memory.peek(4, i) as bigint) as [
          bigint,
          bigint,
          bigint,
          bigint,
        ];
        const first = cells[0] + cells[1] * 3544607988759775765608368578435044694n;
        const second = cells[2] + cells[3] * 5316911983139663648412552867652567041n;
        const arcs = [a, b - a, PRIME - 1n - b];
        const skips = [vm.memory.peek(1, FP), vm.memory.peek(1, FP + 1)];
        const excluded = skips[0] === 0n ? 0 : skips[1] === 0n ? 1 : 2;
        const kept = arcs.filter((_, i) => i !== excluded).sort((p, q) => (p < q ? -1 : 1));
        expect([first, second]).toEqual(kept);
      }),
    );
  });
});

describe('segments', () => {
  it('AllocSegment, AllocConstantSize, addresses in order', () => {
    const vm = machine();
    run({ AllocSegment: { dst: out(0) } }, vm);
    run({ AllocConstantSize: { size: immediate(3n), dst: out(1) } }, vm);
    run({ AllocConstantSize: { size: immediate(4n), dst: out(2) } }, vm);
    const [first, second, third] = [0, 1, 2].map((i) => vm.memory.peek(1, FP + i) as Relocatable);
    expect(second?.segment).not.toBe(first?.segment);
    expect(third).toEqual(second?.plus(3));
    const le = (lhs: number, rhs: number, dst: number) =>
      run(
        { TestLessThanOrEqualAddress: { lhs: cell(lhs), rhs: cell(rhs), dst: out(dst) } },
        vm,
      ).memory.peek(1, FP + dst);
    expect([le(1, 2, 3), le(2, 1, 4), le(1, 1, 5), le(0, 1, 6)]).toEqual([1n, 0n, 1n, 1n]);
  });
});

describe('dictionaries', () => {
  /** Accesses a dictionary as compiled code does, then squashes it by the hints; returns their story. */
  function squash(accesses: ReadonlyArray<readonly [key: bigint, value: bigint]>): string[] {
    const vm = machine();
    const arena = vm.memory.builtinBase('segment_arena');
    vm.memory.write(arena, 0, vm.memory.allocate());
    vm.memory.write(arena, 1, 0n);
    vm.memory.write(arena, 2, 0n);
    let free = 50;
    const hold = (value: MemoryValue) => {
      vm.memory.writeAt(1, FP + free, value);
      return cell(free++);
    };
    run({ AllocFelt252Dict: { segment_arena_ptr: hold(arena.plus(3)) } }, vm);
    const start = vm.memory.readPointer(vm.memory.readPointer(arena));
    const previous: bigint[] = [];
    for (const [i, [key, value]] of accesses.entries()) {
      const entry = start.plus(3 * i);
      vm.memory.write(entry, 0, key);
      run({ Felt252DictEntryInit: { dict_ptr: hold(entry), key: hold(key) } }, vm);
      previous.push(vm.memory.readFelt(entry, 1));
      run({ Felt252DictEntryUpdate: { dict_ptr: hold(entry.plus(3)), value: hold(value) } }, vm);
      vm.memory.write(entry, 2, value);
    }
    run({ GetSegmentArenaIndex: { dict_end_ptr: hold(start), dict_index: out(0) } }, vm);
    const story = [`index ${String(vm.memory.peek(1, FP))}`, `previous ${previous.join(' ')}`];
    run(
      {
        InitSquashData: {
          dict_accesses: hold(start),
          ptr_diff: immediate(3n * BigInt(accesses.length)),
          n_accesses: immediate(BigInt(accesses.length)),
          big_keys: out(1),
          first_key: out(2),
        },
      },
      vm,
    );
    story.push(`big ${String(vm.memory.peek(1, FP + 1))}`);
    let key = vm.memory.peek(1, FP + 2) as bigint;
    const answer = (json: (offset: number) => unknown) => {
      const at = free++;
      run(json(at), vm);
      return vm.memory.peek(1, FP + at) as bigint;
    };
    for (let left = new Set(accesses.map(([k]) => k)).size; ; ) {
      const pointer = vm.memory.allocate();
      run({ GetCurrentAccessIndex: { range_check_ptr: hold(pointer) } }, vm);
      let index = vm.memory.readFelt(pointer);
      const indices = [index];
      let more = answer((at) => ({ ShouldSkipSquashLoop: { should_skip_loop: out(at) } })) === 0n;
      while (more) {
        index += 1n + answer((at) => ({ GetCurrentAccessDelta: { index_delta_minus1: out(at) } }));
        indices.push(index);
        more = answer((at) => ({ ShouldContinueSquashLoop: { should_continue: out(at) } })) === 1n;
      }
      run('AssertCurrentAccessIndicesIsEmpty', vm);
      story.push(`${key}: ${indices.join(' ')}`);
      if (--left === 0) break;
      key = answer((at) => ({ GetNextDictKey: { next_key: out(at) } }));
    }
    run('AssertAllKeysUsed', vm);
    return story;
  }

  it('remember values and are squashed key by key', () => {
    expect(
      squash([
        [9n, 1n],
        [4n, 2n],
        [9n, 3n],
        [4n, 5n],
        [9n, 6n],
      ]),
    ).toEqual(['index 0', 'previous 0 0 1 2 3', 'big 0', '4: 1 3', '9: 0 2 4']);
    const big = 2n ** 200n;
    expect(squash([[big, 1n]])).toEqual(['index 0', 'previous 0', 'big 1', `${big}: 0`]);
  });

  it('hints without a dictionary or squash are faults', () => {
    const vm = machine([new Relocatable(1, 0)]);
    expect(() =>
      run({ Felt252DictEntryInit: { dict_ptr: cell(-1), key: immediate(1n) } }, vm),
    ).toThrow(Fault);
    expect(() => run({ GetNextDictKey: { next_key: out(0) } })).toThrow(Fault);
    expect(() => run({ ShouldSkipSquashLoop: { should_skip_loop: out(0) } })).toThrow(Fault);
  });
});

describe('EvalCircuit', () => {
  const MODULUS = 2n ** 90n - 33n;

  /** Values x, y at 0 and 4; gates: x + y -> 8; (8) * y -> 12; 16 = 1 / (12); (12) - x -> 20. */
  function circuit(x: bigint, y: bigint): CairoMachine {
    const vm = machine();
    const { memory } = vm;
    const values = memory.allocate();
    for (const [at, value] of [
      [0, x],
      [4, y],
      [24, 1n],
    ] as const) {
      for (let limb = 0; limb < 4; limb++)
        memory.write(values, at + limb, (value >> BigInt(96 * limb)) & (2n ** 96n - 1n));
    }
    const adds = memory.allocate([0n, 4n, 8n, 20n, 0n, 12n]);
    const muls = memory.allocate([8n, 4n, 12n, 16n, 12n, 24n]);
    const [addMod, mulMod] = [memory.builtinBase('add_mod'), memory.builtinBase('mul_mod')];
    for (const [base, offsets, count] of [
      [addMod, adds, 2n],
      [mulMod, muls, 2n],
    ] as const) {
      for (let limb = 0; limb < 4; limb++) memory.write(base, limb, limb === 0 ? MODULUS : 0n);
      memory.write(base, 4, values);
      memory.write(base, 5, offsets);
      memory.write(base, 6, count);
    }
    vm.memory.writeAt(1, FP - 1, addMod);
    vm.memory.writeAt(1, FP - 2, mulMod);
    return vm;
  }
  const HINT = {
    EvalCircuit: {
      n_add_mods: immediate(2n),
      add_mod_builtin: cell(-1),
      n_mul_mods: immediate(2n),
      mul_mod_builtin: cell(-2),
    },
  };
  const valueAt = (vm: CairoMachine, at: number) => {
    const values = vm.memory.readPointer(vm.memory.builtinBase('add_mod'), 4);
    return vm.memory.readFelt(values, at);
  };

  it('gives every gate its value, and instances that hold', () => {
    const vm = circuit(5n, 7n);
    run(HINT, vm);
    expect([valueAt(vm, 8), valueAt(vm, 12), valueAt(vm, 20)]).toEqual([12n, 84n, 79n]);
    expect((valueAt(vm, 16) * 84n) % MODULUS).toBe(1n);
    vm.memory.verify();
  });

  it('an instance that does not hold is found in the end', () => {
    const vm = circuit(5n, 7n);
    const values = vm.memory.readPointer(vm.memory.builtinBase('add_mod'), 4);
    for (const [at, value] of [
      [8, 13n],
      [12, 91n],
      [16, 1n],
      [20, 86n],
    ] as const) {
      for (let limb = 0; limb < 4; limb++)
        vm.memory.write(values, at + limb, limb === 0 ? value : 0n);
    }
    vm.memory.write(vm.memory.builtinBase('add_mod'), 6, 2n);
    expect(() => vm.memory.verify()).toThrow(Fault);
  });

  it('an instance holds with the quotients of a proof only', () => {
    const quotientOf = (c: bigint) => {
      const vm = circuit(5n, 7n);
      run(HINT, vm);
      const { memory } = vm;
      // One more addition: values 0 + 4 = 28.
      const values = memory.readPointer(memory.builtinBase('add_mod'), 4);
      for (let limb = 0; limb < 4; limb++)
        memory.write(values, 28 + limb, (c >> BigInt(96 * limb)) & (2n ** 96n - 1n));
      const base = memory.builtinBase('add_mod').plus(14);
      for (let limb = 0; limb < 4; limb++) memory.write(base, limb, limb === 0 ? 3n : 0n);
      memory.write(base, 4, values);
      memory.write(base, 5, memory.allocate([0n, 4n, 28n]));
      memory.write(base, 6, 1n);
      memory.verify();
    };
    // 12 modulo 3.
    expect(() => quotientOf(12n)).not.toThrow();
    expect(() => quotientOf(9n)).not.toThrow();
    for (const c of [6n, 0n, 15n, 10n, 2n ** 384n - 1n])
      expect(() => quotientOf(c)).toThrow(/does not hold/);
  });

  it('ends the multiplications at a gate without inverse', () => {
    const vm = circuit(5n, 0n);
    // The count of multiplications is then one: the program wrote two, which the hint contradicts.
    expect(() => run(HINT, vm)).toThrow(Fault);
  });
});
