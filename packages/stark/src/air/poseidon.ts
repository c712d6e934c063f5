// poseidon: [in0, in1, in2, out0, out1, out2], Starknet's Hades permutation (Grassi et al., ePrint
// 2019/458): 4 full, 83 partial, 4 full rounds. One instance in 128 rows, one round a row: the state of
// row r + 1 is M * S(state of row r + keys of round r), S the cube of every element in full rounds, of
// the last in partial ones. Row 0 holds the inputs, row 91 the outputs; the rows after are free.
import { sha256 } from '@noble/hashes/sha2.js';
import { PRIME } from '@stackctl/types';
import type { Constraint } from './air.ts';
import { type Builtin, type Place, reading, usedConstraints, where } from './builtin.ts';
import { add, cell, type Expression, mul, next, periodic, sub } from './expression.ts';

export const POSEIDON = { name: 'poseidon', cells: 6, rows: 128 } as const;
const ROWS = POSEIDON.rows;
const HALF_FULL = 4;
export const POSEIDON_ROUNDS = 91;

/** Round keys: SHA-256 of "Hades0", "Hades1", ... mod P, three a round. */
function roundKey(i: number): bigint {
  const digest = sha256(new TextEncoder().encode(`Hades${i}`));
  return digest.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) % PRIME;
}
const keysOf = (element: number): bigint[] =>
  Array.from({ length: ROWS }, (_, round) =>
    round < POSEIDON_ROUNDS ? roundKey(3 * round + element) : 0n,
  );
const isFull = (round: number) => round < HALF_FULL || round >= POSEIDON_ROUNDS - HALF_FULL;

const keyed = [0, 1, 2].map((i) => add(cell(`poseidon_${i}`), periodic(`poseidon_key_${i}`)));
const cube = (x: Expression) => mul(mul(x, x), x);
/** The elements after the S-box. */
const [a, b, c] = keyed.map((x, i) =>
  i === 2 ? cube(x) : add(x, mul(periodic('poseidon_full'), sub(cube(x), x))),
) as [Expression, Expression, Expression];
const total = add(a, b, c);
/** The matrix [[3, 1, 1], [1, -1, 1], [1, 1, -2]]. */
const mixed = [add(total, mul(2, a)), sub(total, mul(2, b)), sub(total, mul(3, c))];

const rounds = mixed.map(
  (value, i): Constraint => ({
    name: `poseidon/round_${i}`,
    domain: 'every',
    expression: mul(periodic('poseidon_active'), sub(next(`poseidon_${i}`), value)),
    source: 'ePrint 2019/458, section 2; matrix and keys of Starknet',
  }),
);

const places = (i: number): [Place, Place] => [
  { selector: periodic('poseidon_first'), cell: i, row: 0 },
  { selector: periodic('poseidon_output'), cell: 3 + i, row: POSEIDON_ROUNDS },
];

export const poseidonBuiltin = (): Builtin => ({
  ...POSEIDON,
  columns: [0, 1, 2].map((i) => `poseidon_${i}`).concat('poseidon_used'),
  periodic: {
    ...Object.fromEntries([0, 1, 2].map((i) => [`poseidon_key_${i}`, keysOf(i)])),
    poseidon_full: where(ROWS, (row) => row < POSEIDON_ROUNDS && isFull(row)),
    poseidon_active: where(ROWS, (row) => row < POSEIDON_ROUNDS),
    poseidon_first: where(ROWS, (row) => row === 0),
    poseidon_output: where(ROWS, (row) => row === POSEIDON_ROUNDS),
  },
  fractions: [0, 1, 2].map((i) => reading(POSEIDON, `${i}`, places(i), cell(`poseidon_${i}`))),
  constraints: [...rounds, ...usedConstraints('poseidon')],
});
