// Step 8: the queries, and the rows of the three tables there.
import { keccak256 } from '../../../field/assembly/keccak';
import {
  LOOKUP_COLUMNS,
  MAIN_BLOCKS,
  MAIN_COLUMNS,
  NEXT_COLUMNS,
  NEXT_POSITIONS,
} from '../../build/assembly/air-constants';
import {
  ACCEPTED,
  CHALLENGE,
  COMPOSITION_DECOMMITMENT,
  LOOKUP_DECOMMITMENT,
  PROOF_FORMAT,
  TRACE_DECOMMITMENT,
} from '../../build/assembly/reasons';
import { drawNumber } from '../channel';
import {
  add,
  copy,
  fromWire,
  invert,
  isZero,
  mul,
  rootOfUnity,
  square,
  sub,
  WIRE,
  zero,
} from '../felt';
import { COMPOSITION_COLUMNS } from '../parameters';
import { logRows } from '../statement';
import {
  COLUMNS,
  COMPOSITION_ROOT,
  deepPowers,
  LOOKUP_ROOT,
  SAMPLES,
  samples,
  TRACE_ROOT,
  Z,
} from './commitments';
import { pointOf, startDomain } from './domain';
import { logDomain, queries } from './header';
import { allocate, element, felts } from './heap';
import { verifyOpenings } from './merkle';
import { failed, orFormat, takeWire } from './reader';

const Z_NEXT: usize = memory.data(36, 8);
const Z_COMPOSITION: usize = memory.data(36, 8);
const A: usize = memory.data(36, 8);
const B: usize = memory.data(36, 8);
const C: usize = memory.data(36, 8);
const D: usize = memory.data(36, 8);

// The queries: `positions` ascending and distinct, and the value that the current layer must have there.
export let positions: usize = 0;
export let values: usize = 0;
export let count: i32 = 0;
export let indices: usize = 0;
export let hashes: usize = 0;

function drawPositions(): void {
  positions = allocate(4 * <usize>queries);
  count = 0;
  for (let drawn = 0; drawn < queries; drawn++) {
    const position = drawNumber(logDomain);
    let at = count;
    while (at > 0 && load<u32>(positions + 4 * <usize>(at - 1)) > position) at--;
    if (at > 0 && load<u32>(positions + 4 * <usize>(at - 1)) == position) continue;
    memory.copy(
      positions + 4 * <usize>(at + 1),
      positions + 4 * <usize>at,
      4 * <usize>(count - at),
    );
    store<u32>(positions + 4 * <usize>at, position);
    count++;
  }
}

/**
 * Reads the rows of one table at the positions and checks them against its root. Adds
 * sum of power * cell to the element of each query at `sums`.
 */
function openTable(
  root: usize,
  columns: i32,
  sums: usize,
  powers: usize,
  nextPowers: usize,
  row: usize,
): bool {
  for (let q = 0; q < count; q++) {
    const sum = element(sums, q);
    for (let c = 0; c < columns; c++) {
      const wire = takeWire();
      memory.copy(row + <usize>c * WIRE, wire, WIRE);
      fromWire(A, wire);
      mul(B, A, element(powers, c));
      add(sum, sum, B);
      addNext(q, c, nextPowers);
    }
    keccak256(hashes + 32 * <usize>q, row, <usize>columns * WIRE);
    store<u32>(indices + 4 * <usize>q, load<u32>(positions + 4 * <usize>q));
  }
  return verifyOpenings(root, logDomain, indices, hashes, count);
}

/** For each column of the table being opened, its power in the sum of the next-row columns, or zero. */
let nextSums: usize = 0;
function addNext(q: i32, column: i32, nextPowers: usize): void {
  if (nextPowers == 0 || isZero(element(nextPowers, column))) return;
  mul(B, A, element(nextPowers, column));
  add(element(nextSums, q), element(nextSums, q), B);
}

/** Step 8: the queries, the rows of the three tables there, and what the first FRI layer must hold. */
export function openQueries(): i32 {
  drawPositions();
  indices = allocate(4 * <usize>queries);
  hashes = allocate(32 * <usize>queries);
  values = felts(queries);
  nextSums = felts(queries);
  const sums = felts(queries);
  const compositionSums = felts(queries);
  for (let q = 0; q < count; q++) {
    zero(element(sums, q));
    zero(element(nextSums, q));
    zero(element(compositionSums, q));
  }
  const row = allocate(<usize>COLUMNS * WIRE);
  const nextPowers = felts(COLUMNS);
  spreadNextPowers(nextPowers);
  if (!openTable(TRACE_ROOT, MAIN_COLUMNS, sums, deepPowers, nextPowers, row))
    return orFormat(TRACE_DECOMMITMENT);
  if (
    !openTable(
      LOOKUP_ROOT,
      LOOKUP_COLUMNS,
      sums,
      element(deepPowers, MAIN_COLUMNS),
      element(nextPowers, MAIN_COLUMNS),
      row,
    )
  ) {
    return orFormat(LOOKUP_DECOMMITMENT);
  }
  if (
    !openTable(
      COMPOSITION_ROOT,
      COMPOSITION_COLUMNS,
      compositionSums,
      element(deepPowers, COLUMNS + NEXT_COLUMNS),
      0,
      row,
    )
  ) {
    return orFormat(COMPOSITION_DECOMMITMENT);
  }
  if (failed()) return PROOF_FORMAT;
  return combine(sums, compositionSums) ? ACCEPTED : CHALLENGE;
}

/** The powers of the next-row samples, by column of the opened tables; zero elsewhere. */
function spreadNextPowers(out: usize): void {
  for (let c = 0; c < COLUMNS; c++) zero(element(out, c));
  for (let i = 0; i < NEXT_COLUMNS; i++) {
    const position = load<i32>(NEXT_POSITIONS + 4 * <usize>i);
    const column =
      position < 4 * MAIN_BLOCKS ? position : MAIN_COLUMNS + (position - 4 * MAIN_BLOCKS);
    copy(element(out, column), element(deepPowers, COLUMNS + i));
  }
}

/** out -= sum of power * sample over samples [from, to). */
function subtractSamples(out: usize, from: i32, to: i32): void {
  zero(out);
  for (let i = from; i < to; i++) {
    mul(B, element(samples, i), element(deepPowers, i));
    sub(out, out, B);
  }
}

/** The DEEP quotients: sums of power * (f(x) - f(z)) / (x - z), and so on, at every query. */
function combine(sums: usize, compositionSums: usize): bool {
  rootOfUnity(Z_NEXT, logRows);
  mul(Z_NEXT, Z_NEXT, Z);
  square(Z_COMPOSITION, Z);
  square(Z_COMPOSITION, Z_COMPOSITION);
  const atZ = felts(3);
  subtractSamples(atZ, 0, COLUMNS);
  subtractSamples(element(atZ, 1), COLUMNS, COLUMNS + NEXT_COLUMNS);
  subtractSamples(element(atZ, 2), COLUMNS + NEXT_COLUMNS, SAMPLES);
  startDomain(logDomain);
  for (let q = 0; q < count; q++) {
    pointOf(C, load<u32>(positions + 4 * <usize>q));
    const value = element(values, q);
    zero(value);
    if (!addQuotient(value, element(sums, q), atZ, Z)) return false;
    if (!addQuotient(value, element(nextSums, q), element(atZ, 1), Z_NEXT)) return false;
    if (!addQuotient(value, element(compositionSums, q), element(atZ, 2), Z_COMPOSITION))
      return false;
  }
  return true;
}

/** value += (sum + atPoint) / (x - point), x in C. */
function addQuotient(value: usize, sum: usize, atPoint: usize, point: usize): bool {
  sub(D, C, point);
  if (isZero(D)) return false;
  invert(D, D);
  add(B, sum, atPoint);
  mul(B, B, D);
  add(value, value, B);
  return true;
}
