// Steps 2 to 7: commitments, challenges and samples, up to the queries.
import {
  CONSTRAINTS,
  LOOKUP_COLUMNS,
  MAIN_COLUMNS,
  NEXT_COLUMNS,
  PERIODIC_COLUMNS,
  UNIFORM_LOOKUP_POINT,
  UNIFORM_LOOKUP_WEIGHT,
  UNIFORM_PARTS,
  UNIFORMS,
} from '../../build/assembly/air-constants';
import { computeUniformParts, evaluateConstraintsAt } from '../../build/assembly/air-scalar';
import {
  ACCEPTED,
  CHALLENGE,
  CONSTRAINTS as CONSTRAINTS_REASON,
  PROOF_FORMAT,
  PROOF_OF_WORK,
} from '../../build/assembly/reasons';
import { drawFelt, isWork, mix } from '../channel';
import {
  add,
  copy,
  equals,
  FELT,
  fromWire,
  invert,
  isZero,
  mul,
  ONE,
  rootOfUnity,
  square,
  sub,
  WIRE,
} from '../felt';
import { COMPOSITION_COLUMNS, friLayers, logLastDegree } from '../parameters';
import { fillUniforms, logRows, publicCells } from '../statement';
import { grinding } from './header';
import { allocate, element, felts } from './heap';
import { evaluatePeriodic } from './periodic';
import { failed, take, takeWire } from './reader';

export const COLUMNS: i32 = MAIN_COLUMNS + LOOKUP_COLUMNS;
/** Out-of-domain values: all columns at z, the next-row ones at w z, the composition at z^4. */
export const SAMPLES: i32 = COLUMNS + NEXT_COLUMNS + COMPOSITION_COLUMNS;

export const TRACE_ROOT: usize = memory.data(32, 8);
export const LOOKUP_ROOT: usize = memory.data(32, 8);
export const COMPOSITION_ROOT: usize = memory.data(32, 8);
/** Of at most five layers: (MAXIMAL_LOG_ROWS - 6) / 3. */
export const LAYER_ROOTS: usize = memory.data(256, 8);
export const BETAS: usize = memory.data(288, 8);
/** The out-of-domain point. */
export const Z: usize = memory.data(36, 8);
const A: usize = memory.data(36, 8);
const B: usize = memory.data(36, 8);
const C: usize = memory.data(36, 8);
const D: usize = memory.data(36, 8);
const MIX_SCRATCH: usize = memory.data(4096, 8);

let given: usize = 0;
export let samples: usize = 0;
/** The powers of the DEEP challenge, one for each sample. */
export let deepPowers: usize = 0;
/** The coefficients of the last layer. */
export let lastLayer: usize = 0;

function takeRoot(out: usize): void {
  memory.copy(out, take(32), 32);
  mix(out, 32, MIX_SCRATCH);
}

/** Steps 2 to 7: commitments and challenges, up to the queries. */
export function readCommitments(): i32 {
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

/** Step 5's check: the composition of the constraints at z equals the committed composition at z. */
function checkConstraints(coefficients: usize): i32 {
  const fault = fillUniforms(given, allocate(2 * FELT * (<usize>publicCells + 1)));
  if (fault != ACCEPTED) return fault;
  const parts = felts(UNIFORM_PARTS);
  computeUniformParts(parts, given);
  const periodic = felts(PERIODIC_COLUMNS);
  if (!evaluatePeriodic(periodic, Z, logRows)) return CHALLENGE;
  const sums = felts(4);
  evaluateConstraintsAt(sums, samples, element(samples, COLUMNS), periodic, parts, coefficients);

  // every / (z^n - 1) + transition (z - w^-1) / (z^n - 1) + first / (z - 1) + last / (z - w^-1)
  rootOfUnity(D, logRows);
  invert(D, D);
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
