// Programs for tests.
import { PRIME } from '@stackctl/types';
import { type CurvePoint, PEDERSEN_POINTS } from '../src/air/curve.ts';
import { assemble, HALT, type Program } from './stepper.ts';

const push = (value: bigint): bigint[] => [
  assemble({ dst: ['ap', 0], op1: ['imm', 1], ap: 'add1', opcode: 'assert_eq' }),
  value,
];

/** One assignment. */
export const tiny: Program = { data: [...push(7n), ...HALT] };

/** Every kind of instruction, and range_check instances at both ends of their range. */
export const rich: Program = {
  data: [
    // 0: [ap] = 5; ap++
    ...push(5n),
    // 2: call rel 18
    assemble({ dst: ['ap', 0], op0: ['ap', 1], op1: ['imm', 1], pc: 'rel', opcode: 'call' }),
    18n,
    // 4: [ap] = [ap - 1] * [fp]; ap++
    assemble({
      dst: ['ap', 0],
      op0: ['ap', -1],
      op1: ['fp', 0],
      res: 'mul',
      ap: 'add1',
      opcode: 'assert_eq',
    }),
    // 5: ap += 2
    assemble({ op1: ['imm', 1], ap: 'add' }),
    2n,
    // 7: jmp rel 4 if [fp] != 0 (taken)
    assemble({ dst: ['fp', 0], op1: ['imm', 1], pc: 'jnz' }),
    4n,
    // 9: skipped
    ...push(99n),
    // 11: [ap] = 0; ap++
    ...push(0n),
    // 13: jmp rel 7 if [ap - 1] != 0 (not taken)
    assemble({ dst: ['ap', -1], op1: ['imm', 1], pc: 'jnz' }),
    7n,
    // 15: jmp abs 18
    assemble({ op1: ['imm', 1], pc: 'abs' }),
    18n,
    // 17: [ap] = [[fp - 2]]; ap++
    assemble({ dst: ['ap', 0], op0: ['fp', -2], op1: ['op0', 0], ap: 'add1', opcode: 'assert_eq' }),
    // 18: jmp rel 0
    ...HALT,
    // 20: [ap] = [fp - 3] + 7; ap++
    assemble({
      dst: ['ap', 0],
      op0: ['fp', -3],
      op1: ['imm', 1],
      res: 'add',
      ap: 'add1',
      opcode: 'assert_eq',
    }),
    7n,
    // 22: ret
    assemble({ dst: ['fp', -2], op0: ['fp', -1], op1: ['fp', -1], pc: 'abs', opcode: 'ret' }),
  ],
  rangeChecks: [0n, 1n, 2n ** 128n - 1n, 0x0123456789abcdef0123456789abcdefn, 0xffffn],
};

/** Counts down from `rounds`, three steps a round. */
export function countdown(rounds: number): Program {
  const minus = (value: bigint) => PRIME - value;
  return {
    data: [
      ...push(BigInt(rounds)),
      ...push(5n),
      // [ap] = [ap - 2] - 1; ap++
      assemble({
        dst: ['ap', 0],
        op0: ['ap', -2],
        op1: ['imm', 1],
        res: 'add',
        ap: 'add1',
        opcode: 'assert_eq',
      }),
      minus(1n),
      // [ap] = [ap - 2] * [ap - 1]; ap++
      assemble({
        dst: ['ap', 0],
        op0: ['ap', -2],
        op1: ['ap', -1],
        res: 'mul',
        ap: 'add1',
        opcode: 'assert_eq',
      }),
      // jmp rel -3 if [ap - 2] != 0
      assemble({ dst: ['ap', -2], op1: ['imm', 1], pc: 'jnz' }),
      minus(3n),
      ...HALT,
    ],
  };
}

/** p and q of ec_op instances. */
const curvePoints = [2, 1].flatMap((i) => {
  const { x, y } = PEDERSEN_POINTS[i] as CurvePoint;
  return [x, y];
});

/** Some instances of each builtin of layout `full`; outputs that nobody read have no value. */
export const allBuiltins: Program = {
  ...rich,
  builtins: [
    {
      name: 'pedersen',
      cells: [
        // By packages/crypto.
        [3n, 4n, 0x262697b88544f733e5c6907c3e1763131e9f14c51ee7951258abbfb29415fbfn],
        [PRIME - 1n, 0n, undefined],
        [2n ** 251n, 2n ** 251n + 2n ** 196n - 1n, undefined],
        [0x123456789abcdef0fedcba987654321n ** 2n, PRIME - 2n ** 192n, undefined],
      ].flat(),
    },
    {
      name: 'bitwise',
      cells: [
        [0b1100n, 0b1010n, 0b1000n, 0b0110n, 0b1110n],
        [2n ** 251n - 1n, 2n ** 250n + 5n, undefined, undefined, undefined],
      ].flat(),
    },
    {
      name: 'poseidon',
      cells: [
        // By packages/crypto.
        [1n, 2n, 3n],
        [
          0xfa8c9b6742b6176139365833d001e30e932a9bf7456d009b1b174f36d558c5n,
          0x4f04deca4cb7f9f2bd16b1d25b817ca2d16fba2151e4252a2e2111cde08bfe6n,
          0x58dde0a2a785b395ee2dc7b60b79e9472ab826e9bb5383a8018b59772964892n,
        ],
        [0n, PRIME - 1n, 7n, undefined, undefined, undefined],
      ].flat(),
    },
    { name: 'range_check96', cells: [0n, 2n ** 96n - 1n, 0x123456789abcdef012345678n] },
    {
      name: 'ec_op',
      cells: [
        // By packages/crypto.
        [...curvePoints, 5n],
        [
          0x23459b6a58ca6773fcd9a8d28d184e373d171b38b73ea226726a2657c4f3332n,
          0x207f25a5b9872e9e5574ca58d54dc734f8ea112e284df0af2c7c79f47f6e458n,
        ],
        [...curvePoints, PRIME - 1n, undefined, undefined],
      ].flat(),
    },
  ],
};
