// From the real machine to the real prover: a program that calls builtins through their pointers, run by
// packages/cairo-vm and proven by packages/stark in layout `full`.
import { loadCairo0Program, relocateCairo0, runCairo0 } from '@stackctl/cairo-vm';
import { pedersen, poseidonPermutation } from '@stackctl/crypto';
import { prove, verify } from '@stackctl/stark';
import { PRIME } from '@stackctl/types';
import { expect, it } from 'vitest';
import { callRelative, END, push, RET, word } from '../../cairo-vm/test/assembler.ts';

/** push value; assert [ap - 1] = [[fp + pointer] + cell] */
const write = (pointer: number, cell: number, value: bigint): bigint[] => [
  ...push(value),
  word({ dst: ['ap', -1], op0: ['fp', pointer], op1: ['op0', cell], opcode: 'assert' }),
];
/** [ap] = [[fp + pointer] + cell]; ap++ */
const read = (pointer: number, cell: number): bigint =>
  word({ dst: ['ap', 0], op0: ['fp', pointer], op1: ['op0', cell], ap: '+1', opcode: 'assert' });
/** [ap] = [fp + pointer] + cells; ap++ */
const advance = (pointer: number, cells: bigint): bigint[] => [
  word({ dst: ['ap', 0], op0: ['fp', pointer], res: 'add', ap: '+1', opcode: 'assert' }),
  cells,
];

const [PEDERSEN, BITWISE, POSEIDON] = [-5, -4, -3];
/** main(pedersen, bitwise, poseidon): one instance of each; some outputs are never read. */
const WORDS = [
  word({ ap: 'res' }),
  3n,
  ...callRelative(4n),
  ...END,
  ...write(PEDERSEN, 0, 3n),
  ...write(PEDERSEN, 1, PRIME - 4n),
  read(PEDERSEN, 2),
  ...write(BITWISE, 0, 0b1100n),
  ...write(BITWISE, 1, 0b1010n),
  read(BITWISE, 4),
  ...write(POSEIDON, 0, 1n),
  ...write(POSEIDON, 1, 2n),
  ...write(POSEIDON, 2, 3n),
  read(POSEIDON, 5),
  ...advance(PEDERSEN, 3n),
  ...advance(BITWISE, 5n),
  ...advance(POSEIDON, 6n),
  RET,
];

it('proves a run of the machine that calls pedersen, bitwise and poseidon', () => {
  const program = loadCairo0Program({
    prime: `0x${PRIME.toString(16)}`,
    data: WORDS.map((value) => `0x${value.toString(16)}`),
    builtins: ['pedersen', 'bitwise', 'poseidon'],
    hints: {},
    identifiers: { '__main__.__start__': { pc: 0 }, '__main__.__end__': { pc: 4 } },
  });
  const machine = runCairo0(program, 1000);
  machine.memory.verify();
  const { trace } = relocateCairo0(program, machine);
  const proof = prove(trace, { context: new Uint8Array(32) });
  expect(proof.statement.layout).toBe('full');
  expect(verify(proof.bytes, proof.statement)).toMatchObject({ ok: true, securityBits: 98 });
  // The outputs that were read are the builtins': they stand where the machine pushed them.
  const view = new DataView(trace.memory.buffer, trace.memory.byteOffset);
  const seen = Array.from(trace.defined, (_, address) =>
    [3, 2, 1, 0].reduce(
      (value, word64) => (value << 64n) | view.getBigUint64(32 * address + 8 * word64, true),
      0n,
    ),
  );
  for (const output of [pedersen(3n, PRIME - 4n), 0b1110n, poseidonPermutation([1n, 2n, 3n])[2]])
    expect(seen).toContain(output);
});
