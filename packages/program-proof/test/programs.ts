// Programs of Cairo 0 in proof mode, as their compiler would write them.
import { PRIME } from '@stackctl/types';
import { callRelative, END, push, RET, word } from '../../cairo-vm/test/assembler.ts';

/** JSON of a program whose words start with `__start__` and have `__end__` at offset 4. */
export function jsonOf(words: readonly bigint[], builtins: readonly string[]) {
  return {
    prime: `0x${PRIME.toString(16)}`,
    data: words.map((value) => `0x${value.toString(16)}`),
    builtins,
    hints: {},
    identifiers: { '__main__.__start__': { pc: 0 }, '__main__.__end__': { pc: 4 } },
  };
}

/** ap += builtins; call main; jmp rel 0 */
export const startOf = (builtins: bigint) => [
  word({ ap: 'res' }),
  builtins,
  ...callRelative(4n),
  ...END,
];

/** [ap] = value; ap++; [[fp - parameter] + offset] = [ap - 1] */
const write = (value: bigint, parameter: number, offset: number) => [
  ...push(value),
  word({ dst: ['ap', -1], op0: ['fp', -parameter], op1: ['op0', offset], opcode: 'assert' }),
];
/** [ap] = [fp - parameter] + distance; ap++ */
const advance = (parameter: number, distance: bigint) => [
  word({ dst: ['ap', 0], op0: ['fp', -parameter], res: 'add', ap: '+1', opcode: 'assert' }),
  distance,
];

/** main(output_ptr, range_check_ptr): writes 42 and 43, checks the range of 7. */
export const WRITER = jsonOf(
  [
    ...startOf(2n),
    ...write(42n, 4, 0),
    ...write(43n, 4, 1),
    ...write(7n, 3, 0),
    ...advance(4, 2n),
    ...advance(3, 1n),
    RET,
  ],
  ['output', 'range_check'],
);

/** The same, with another first value. */
export const OTHER = jsonOf(
  WRITER.data.map((value) => (value === '0x2a' ? '0x2c' : value)).map(BigInt),
  ['output', 'range_check'],
);

/** main(pedersen_ptr): hashes 1 and 2. */
export const HASHER = jsonOf(
  [
    ...startOf(1n),
    ...write(1n, 3, 0),
    ...write(2n, 3, 1),
    word({ dst: ['ap', 0], op0: ['fp', -3], op1: ['op0', 2], ap: '+1', opcode: 'assert' }),
    ...advance(3, 3n),
    RET,
  ],
  ['pedersen'],
);

/** main(output_ptr, ec_op_ptr): writes x of the point (px, py) plus m times (qx, qy). */
export const multiplier = (inputs: readonly bigint[]) =>
  jsonOf(
    [
      ...startOf(2n),
      ...inputs.flatMap((value, i) => write(value, 3, i)),
      word({ dst: ['ap', 0], op0: ['fp', -3], op1: ['op0', 5], ap: '+1', opcode: 'assert' }),
      word({ dst: ['ap', -1], op0: ['fp', -4], op1: ['op0', 0], opcode: 'assert' }),
      ...advance(4, 1n),
      ...advance(3, 7n),
      RET,
    ],
    ['output', 'ec_op'],
  );

/** [ap] = [fp - from] + distance; ap++; [[fp - parameter] + offset] = [ap - 1] */
const point = (from: number, distance: bigint, parameter: number, offset: number) => [
  ...advance(from, distance),
  word({ dst: ['ap', -1], op0: ['fp', -parameter], op1: ['op0', offset], opcode: 'assert' }),
];

/**
 * main(output_ptr, range_check96_ptr, add_mod_ptr, mul_mod_ptr): the circuit a b + a modulo p. Numbers are
 * four words each. Its values stand among the checked cells, as those of compiled circuits do: a, b,
 * product, sum, then the offsets of the multiplication and of the addition. Writes the sum's words.
 */
export const circuit = (values: readonly bigint[], p: readonly bigint[]) => {
  const [output, checked, addMod, mulMod] = [6, 5, 4, 3] as const;
  const offsets = [0n, 4n, 8n, 8n, 0n, 12n];
  const instance = (parameter: number, gate: number) => [
    ...p.flatMap((value, i) => write(value, parameter, i)),
    ...point(checked, 0n, parameter, 4),
    ...point(checked, BigInt(values.length + 3 * gate), parameter, 5),
    ...write(1n, parameter, 6),
  ];
  return jsonOf(
    [
      ...startOf(4n),
      ...[...values, ...offsets].flatMap((value, i) => write(value, checked, i)),
      ...instance(mulMod, 0),
      ...instance(addMod, 1),
      ...[0, 1, 2, 3].flatMap((i) => [
        word({
          dst: ['ap', 0],
          op0: ['fp', -checked],
          op1: ['op0', 12 + i],
          ap: '+1',
          opcode: 'assert',
        }),
        word({ dst: ['ap', -1], op0: ['fp', -output], op1: ['op0', i], opcode: 'assert' }),
      ]),
      ...advance(output, 4n),
      ...advance(checked, BigInt(values.length + offsets.length)),
      ...advance(addMod, 7n),
      ...advance(mulMod, 7n),
      RET,
    ],
    ['output', 'range_check96', 'add_mod', 'mul_mod'],
  );
};
