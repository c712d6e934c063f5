// The verifier. Its steps are numbered as the prover's (src/prover/prove.ts), so that the two can be
// read side by side. Everything it reads is untrusted: sizes are bounded before memory is asked for,
// loops are bounded by those sizes, and every byte is either checked or hashed.
import { keccak256 } from '../../field/assembly/keccak';
import {
  CONSTRAINTS,
  LOOKUP_COLUMNS,
  MAIN_BLOCKS,
  MAIN_COLUMNS,
  NEXT_COLUMNS,
  NEXT_POSITIONS,
  PERIODIC_COLUMNS,
  PERIODS,
  UNIFORM_LOOKUP_POINT,
  UNIFORM_LOOKUP_WEIGHT,
  UNIFORM_PARTS,
  UNIFORMS,
} from '../build/assembly/air-constants';
import { PERIODIC_COEFFICIENTS } from '../build/assembly/air-periodic-coefficients';
import { computeUniformParts, evaluateConstraintsAt } from '../build/assembly/air-scalar';
import {
  ACCEPTED,
  CHALLENGE,
  COMPOSITION_DECOMMITMENT,
  CONSTRAINTS as CONSTRAINTS_REASON,
  FRI_DECOMMITMENT,
  FRI_LAST_LAYER,
  LOOKUP_DECOMMITMENT,
  PARAMETERS,
  PROOF_FORMAT,
  PROOF_MISMATCH,
  PROOF_OF_WORK,
  PROOF_VERSION,
  SECURITY,
  TRACE_DECOMMITMENT,
} from '../build/assembly/reasons';
import { drawFelt, drawNumber, isWork, mix } from './channel';
import {
  add,
  copy,
  COSET,
  equals,
  FELT,
  fromBytes,
  fromWire,
  invert,
  isZero,
  mul,
  ONE,
  power,
  reverseBits,
  rootOfUnity,
  setInteger,
  square,
  sub,
  toWire,
  WIRE,
  zero,
} from './felt';
import { foldCoset } from './fri-fold';
import { verifyOpenings } from './merkle';
import {
  areParametersValid,
  COMPOSITION_COLUMNS,
  FOLD,
  friLayers,
  LOG_FOLD,
  logLastDegree,
  securityBits,
} from './parameters';
import { failed, isAtEnd, open, take, takeWire } from './reader';
import {
  fillUniforms,
  logRows,
  parseStatement,
  publicCells,
  seedSize,
  seedTranscript,
} from './statement';

/** `STKP`, little-endian. */
const MAGIC: u32 = 0x504b5453;
const PROOF_FORMAT_VERSION: i32 = 1;
const LAYOUT_LITE: i32 = 1;

const COLUMNS: i32 = MAIN_COLUMNS + LOOKUP_COLUMNS;
/** Out-of-domain values: all columns at z, the next-row ones at w z, the composition at z^4. */
const SAMPLES: i32 = COLUMNS + NEXT_COLUMNS + COMPOSITION_COLUMNS;

// Memory of one verification, taken from the heap by `allocate`.
let heap: usize = 0;

/** Reserves memory for the inputs and forgets earlier verifications; returns its address. */
export function reset(inputs: usize): usize {
  heap = __heap_base;
  return allocate(inputs);
}

function allocate(length: usize): usize {
  const at = (heap + 15) & ~15;
  heap = at + length;
  const missing = <i32>((heap + 0xffff) >> 16) - memory.size();
  if (missing > 0) memory.grow(missing);
  return at;
}

function felts(count: i32): usize {
  return allocate(<usize>count * FELT);
}

const element = (first: usize, i: i32): usize => first + <usize>i * FELT;

// Values shared by the steps.
const TRACE_ROOT: usize = memory.data(32, 8);
const LOOKUP_ROOT: usize = memory.data(32, 8);
const COMPOSITION_ROOT: usize = memory.data(32, 8);
/** Of at most five layers: (MAXIMAL_LOG_ROWS - 6) / 3. */
const LAYER_ROOTS: usize = memory.data(256, 8);
const BETAS: usize = memory.data(288, 8);
const Z: usize = memory.data(36, 8);
const Z_NEXT: usize = memory.data(36, 8);
const Z_COMPOSITION: usize = memory.data(36, 8);
const ROOT: usize = memory.data(36, 8);
const A: usize = memory.data(36, 8);
const B: usize = memory.data(36, 8);
const C: usize = memory.data(36, 8);
const D: usize = memory.data(36, 8);
const MIX_SCRATCH: usize = memory.data(4096, 8);

let logBlowup: i32 = 0;
let queries: i32 = 0;
let grinding: i32 = 0;
/** log2 of the evaluation domain. */
let logDomain: i32 = 0;
let given: usize = 0;
let samples: usize = 0;
let deepPowers: usize = 0;
let lastLayer: usize = 0;

/** Conjectured security of the verified proof. */
export function provenSecurity(): i32 {
  return securityBits(logBlowup, queries, grinding);
}

/** Verifies a proof of a statement; returns a reason, ACCEPTED (0) for a good proof. */
export function verify(
  statement: usize,
  statementLength: usize,
  proof: usize,
  proofLength: usize,
  minimalSecurity: i32,
): i32 {
  let fault = parseStatement(statement, statementLength);
  if (fault != ACCEPTED) return fault;
  open(proof, proofLength);
  fault = readHeader(minimalSecurity);
  if (fault != ACCEPTED) return fault;

  // 1. Seed the transcript with the statement.
  seedTranscript(logBlowup, queries, grinding, allocate(seedSize()));
  fault = readCommitments();
  if (fault != ACCEPTED) return fault;
  return verifyQueries();
}

function readHeader(minimalSecurity: i32): i32 {
  const header = take(10);
  if (failed() || load<u32>(header) != MAGIC) return PROOF_FORMAT;
  if (load<u8>(header, 4) != PROOF_FORMAT_VERSION) return PROOF_VERSION;
  if (load<u8>(header, 5) != LAYOUT_LITE || load<u8>(header, 6) != logRows) return PROOF_MISMATCH;
  logBlowup = load<u8>(header, 7);
  queries = load<u8>(header, 8);
  grinding = load<u8>(header, 9);
  if (!areParametersValid(logBlowup, queries, grinding)) return PARAMETERS;
  if (securityBits(logBlowup, queries, grinding) < minimalSecurity) return SECURITY;
  logDomain = logRows + logBlowup;
  return ACCEPTED;
}

function takeRoot(out: usize): void {
  memory.copy(out, take(32), 32);
  mix(out, 32, MIX_SCRATCH);
}

/** Steps 2 to 7: commitments and challenges, up to the queries. */
function readCommitments(): i32 {
  // 2. The trace; then the challenges of the lookup.
  takeRoot(TRACE_ROOT);
  given = felts(UNIFORMS);
  drawFelt(element(given, UNIFORM_LOOKUP_POINT));
  drawFelt(element(given, UNIFORM_LOOKUP_WEIGHT));
  // 3. The lookup columns; then the coefficient of the constraints.
  takeRoot(LOOKUP_ROOT);
  drawFelt(A);
  const coefficients = felts(CONSTRAINTS);
  copy(coefficients, ONE);
  for (let i = 1; i < CONSTRAINTS; i++)
    mul(element(coefficients, i), element(coefficients, i - 1), A);
  // 4. The composition; then the out-of-domain point z.
  takeRoot(COMPOSITION_ROOT);
  drawFelt(Z);
  // 5. The columns at z (and w z), the composition's at z^4.
  samples = felts(SAMPLES);
  for (let i = 0; i < SAMPLES; i++) {
    const wire = takeWire();
    mix(wire, WIRE, MIX_SCRATCH);
    fromWire(element(samples, i), wire);
  }
  if (failed()) return PROOF_FORMAT;
  const fault = checkConstraints(coefficients);
  if (fault != ACCEPTED) return fault;
  drawFelt(A);
  deepPowers = felts(SAMPLES);
  copy(deepPowers, ONE);
  for (let i = 1; i < SAMPLES; i++) mul(element(deepPowers, i), element(deepPowers, i - 1), A);
  // 6. FRI: a root and a challenge per layer, then the last layer's coefficients.
  const layers = friLayers(logRows);
  for (let i = 0; i < layers; i++) {
    takeRoot(LAYER_ROOTS + 32 * <usize>i);
    drawFelt(element(BETAS, i));
  }
  const count = 1 << logLastDegree(logRows);
  lastLayer = felts(count);
  const message = allocate(<usize>count * WIRE);
  for (let i = 0; i < count; i++) {
    const wire = takeWire();
    memory.copy(message + <usize>i * WIRE, wire, WIRE);
    fromWire(element(lastLayer, i), wire);
  }
  mix(message, <usize>count * WIRE, MIX_SCRATCH);
  // 7. Proof of work.
  const nonce = take(8);
  if (failed()) return PROOF_FORMAT;
  if (!isWork(bswap(load<u64>(nonce)), grinding)) return PROOF_OF_WORK;
  mix(nonce, 8, MIX_SCRATCH);
  return ACCEPTED;
}

/** out = the interpolant of periodic column number `i` (coefficients from `at`) at z. */
function evaluatePeriodic(out: usize, at: usize, period: i32): void {
  // z^(n / period).
  copy(A, Z);
  for (let i = 31 - clz(period); i < logRows; i++) square(A, A);
  zero(out);
  for (let k = period - 1; k >= 0; k--) {
    fromBytes(B, at + 32 * <usize>k);
    mul(out, out, A);
    add(out, out, B);
  }
}

/** Step 5's check: the composition of the constraints at z equals the committed composition at z. */
function checkConstraints(coefficients: usize): i32 {
  const fault = fillUniforms(given, allocate(2 * FELT * (<usize>publicCells + 1)));
  if (fault != ACCEPTED) return fault;
  const parts = felts(UNIFORM_PARTS);
  computeUniformParts(parts, given);
  const periodic = felts(PERIODIC_COLUMNS);
  let data = PERIODIC_COEFFICIENTS;
  for (let i = 0; i < PERIODIC_COLUMNS; i++) {
    const period = load<i32>(PERIODS + 4 * <usize>i);
    evaluatePeriodic(element(periodic, i), data, period);
    data += 32 * <usize>period;
  }
  const sums = felts(4);
  evaluateConstraintsAt(sums, samples, element(samples, COLUMNS), periodic, parts, coefficients);

  // every / (z^n - 1) + transition (z - w^-1) / (z^n - 1) + first / (z - 1) + last / (z - w^-1)
  rootOfUnity(ROOT, logRows);
  invert(D, ROOT);
  sub(D, Z, D); // z - w^(n-1)
  sub(C, Z, ONE); // z - 1
  copy(B, Z);
  for (let i = 0; i < logRows; i++) square(B, B);
  sub(B, B, ONE); // z^n - 1
  if (isZero(B)) return CHALLENGE;
  mul(A, element(sums, 1), D);
  add(A, A, sums);
  invert(B, B);
  mul(A, A, B);
  invert(C, C);
  mul(C, C, element(sums, 2));
  add(A, A, C);
  invert(D, D);
  mul(D, D, element(sums, 3));
  add(A, A, D);
  // sum of z^k h_k(z^4)
  const composition = element(samples, COLUMNS + NEXT_COLUMNS);
  copy(B, element(composition, COMPOSITION_COLUMNS - 1));
  for (let k = COMPOSITION_COLUMNS - 2; k >= 0; k--) {
    mul(B, B, Z);
    add(B, B, element(composition, k));
  }
  return equals(A, B) ? ACCEPTED : CONSTRAINTS_REASON;
}

// The queries: `positions` ascending and distinct, and the value that the current layer must have there.
let positions: usize = 0;
let values: usize = 0;
let count: i32 = 0;
let indices: usize = 0;
let hashes: usize = 0;

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

/** Steps 8 and 9: open the tables at the queries, and follow each query through FRI. */
function verifyQueries(): i32 {
  // 8. Queries, and the rows of the three tables there.
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
    return missing(TRACE_DECOMMITMENT);
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
    return missing(LOOKUP_DECOMMITMENT);
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
    return missing(COMPOSITION_DECOMMITMENT);
  }
  if (failed()) return PROOF_FORMAT;
  if (!combine(sums, compositionSums)) return CHALLENGE;
  // 9. FRI.
  return followLayers();
}

const missing = (reason: i32): i32 => (failed() ? PROOF_FORMAT : reason);

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

// The domain of the current layer: 2^bits points shift * root^i, position p holding i = rev(p).
let bits: i32 = 0;
const SHIFT: usize = memory.data(36, 8);
const LAYER_ROOT: usize = memory.data(36, 8);

/** out = the point at a position of the current layer. */
function pointOf(out: usize, position: u32): void {
  power(out, LAYER_ROOT, reverseBits(position, bits));
  mul(out, out, SHIFT);
}

/** The DEEP quotients: sums of power * (f(x) - f(z)) / (x - z), and so on, at every query. */
function combine(sums: usize, compositionSums: usize): bool {
  mul(Z_NEXT, Z, ROOT);
  square(Z_COMPOSITION, Z);
  square(Z_COMPOSITION, Z_COMPOSITION);
  const atZ = felts(3);
  subtractSamples(atZ, 0, COLUMNS);
  subtractSamples(element(atZ, 1), COLUMNS, COLUMNS + NEXT_COLUMNS);
  subtractSamples(element(atZ, 2), COLUMNS + NEXT_COLUMNS, SAMPLES);
  bits = logDomain;
  setInteger(SHIFT, COSET);
  rootOfUnity(LAYER_ROOT, bits);
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

function followLayers(): i32 {
  const coset = felts(FOLD);
  const leaf = allocate(<usize>FOLD * WIRE);
  const starts = allocate(4 * <usize>queries);
  const layers = friLayers(logRows);
  for (let layer = 0; layer < layers; layer++) {
    // The leaves: eight values each, of which the proof omits those that are known.
    let leaves = 0;
    for (let q = 0; q < count; leaves++) {
      const number = load<u32>(positions + 4 * <usize>q) >> LOG_FOLD;
      for (let j: u32 = 0; j < <u32>FOLD; j++) {
        const wire = leaf + <usize>j * WIRE;
        if (q < count && load<u32>(positions + 4 * <usize>q) == (number << LOG_FOLD) + j) {
          copy(element(coset, j), element(values, q));
          toWire(wire, element(values, q));
          q++;
        } else {
          memory.copy(wire, takeWire(), WIRE);
          fromWire(element(coset, j), wire);
        }
      }
      keccak256(hashes + 32 * <usize>leaves, leaf, <usize>FOLD * WIRE);
      store<u32>(indices + 4 * <usize>leaves, number);
      store<u32>(starts + 4 * <usize>leaves, number);
      pointOf(C, number << LOG_FOLD);
      invert(C, C);
      foldCoset(coset, C, element(BETAS, layer));
      // Never ahead of reading: at most as many leaves as positions.
      copy(element(values, leaves), coset);
    }
    bits -= LOG_FOLD;
    if (!verifyOpenings(LAYER_ROOTS + 32 * <usize>layer, bits, indices, hashes, leaves))
      return missing(FRI_DECOMMITMENT);
    memory.copy(positions, starts, 4 * <usize>leaves);
    count = leaves;
    for (let i = 0; i < LOG_FOLD; i++) {
      square(SHIFT, SHIFT);
      square(LAYER_ROOT, LAYER_ROOT);
    }
  }
  if (!isAtEnd()) return PROOF_FORMAT;
  // The last layer is a polynomial of low degree, given by its coefficients.
  const degree = 1 << logLastDegree(logRows);
  for (let q = 0; q < count; q++) {
    pointOf(C, load<u32>(positions + 4 * <usize>q));
    zero(D);
    for (let k = degree - 1; k >= 0; k--) {
      mul(D, D, C);
      add(D, D, element(lastLayer, k));
    }
    if (!equals(D, element(values, q))) return FRI_LAST_LAYER;
  }
  return ACCEPTED;
}
