// The columns of poseidon (src/air/poseidon.ts). Unused instances permute zeros.
import {
  COLUMN_POSEIDON_0,
  COLUMN_POSEIDON_USED,
} from '../../build/assembly/air-constants';
import {
  PERIODIC_VALUES,
  PERIODIC_VALUES_POSEIDON_KEY_0,
  PERIODIC_VALUES_POSEIDON_KEY_1,
  PERIODIC_VALUES_POSEIDON_KEY_2,
} from '../../build/assembly/air-periodic-values';
import { ACCEPTED, TRACE_UNDEFINED } from '../../build/assembly/reasons';
import { add, FELT, fromBytes, mul, square, sub, toBytes, zero } from '../felt';
import { copyCell, countCell, logRows, output, put, putFelt, valueAt } from './fill-cells';

const ROWS: i32 = 128;
const CELLS: u32 = 6;
const ROUNDS: i32 = 91;
const HALF_FULL: i32 = 4;
const KEYS = memory.data<usize>([
  PERIODIC_VALUES_POSEIDON_KEY_0,
  PERIODIC_VALUES_POSEIDON_KEY_1,
  PERIODIC_VALUES_POSEIDON_KEY_2,
]);
const STATE: usize = memory.data(108, 8);
const TOTAL: usize = memory.data(36, 8);
const T: usize = memory.data(36, 8);
const BYTES: usize = memory.data(40, 8);

function element(i: usize): usize {
  return STATE + FELT * i;
}

function cube(x: usize): void {
  square(T, x);
  mul(x, x, T);
}

function permute(round: i32): void {
  for (let i: usize = 0; i < 3; i++) {
    fromBytes(T, PERIODIC_VALUES + load<usize>(KEYS + 4 * i) + 32 * <usize>round);
    add(element(i), element(i), T);
  }
  if (round < HALF_FULL || round >= ROUNDS - HALF_FULL) {
    cube(element(0));
    cube(element(1));
  }
  cube(element(2));
  // [[3, 1, 1], [1, -1, 1], [1, 1, -2]]: the total, and 2, -2, -3 times one element.
  add(TOTAL, element(0), element(1));
  add(TOTAL, TOTAL, element(2));
  add(T, element(0), element(0));
  add(element(0), TOTAL, T);
  add(T, element(1), element(1));
  sub(element(1), TOTAL, T);
  add(T, element(2), element(2));
  add(T, T, element(2));
  sub(element(2), TOTAL, T);
}

/** The rows of one instance from the inputs in STATE; leaves the outputs there. */
function fillRounds(first: i32): void {
  for (let round = 0; round <= ROUNDS; round++) {
    for (let i = 0; i < 3; i++) putFelt(COLUMN_POSEIDON_0 + i, first + round, element(i));
    if (round < ROUNDS) permute(round);
  }
}

function fillInstance(first: i32, address: u32): i32 {
  for (let i: u32 = 0; i < 3; i++) {
    const value = valueAt(address + i);
    if (value == 0) return TRACE_UNDEFINED;
    countCell(address + i);
    fromBytes(element(i), value);
  }
  fillRounds(first);
  for (let i: u32 = 0; i < 3; i++) {
    toBytes(BYTES, element(i));
    if (!output(address + 3 + i, BYTES)) return TRACE_UNDEFINED;
  }
  for (let row = first; row < first + ROWS; row++) put(COLUMN_POSEIDON_USED, row, 1);
  return ACCEPTED;
}

export function fillPoseidon(begin: u32, used: i32): i32 {
  const n = 1 << logRows;
  for (let instance = 0; instance < used; instance++) {
    const fault = fillInstance(instance * ROWS, begin + CELLS * instance);
    if (fault != ACCEPTED) return fault;
  }
  const model = used * ROWS;
  if (model == n) return ACCEPTED;
  for (let i: usize = 0; i < 3; i++) zero(element(i));
  fillRounds(model);
  for (let row = model + ROWS; row < n; row++) {
    for (let i = 0; i < 3; i++)
      copyCell(COLUMN_POSEIDON_0 + i, model + (row & (ROWS - 1)), row);
  }
  return ACCEPTED;
}
