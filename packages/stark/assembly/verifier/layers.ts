// Step 9: FRI.
import { keccak256 } from '../../../field/assembly/keccak';
import {
  ACCEPTED,
  FRI_DECOMMITMENT,
  FRI_LAST_LAYER,
  PROOF_FORMAT,
} from '../../build/assembly/reasons';
import { add, copy, equals, fromWire, invert, mul, toWire, WIRE, zero } from '../felt';
import { foldCoset } from '../fri-fold';
import { FOLD, friLayers, LOG_FOLD, logLastDegree } from '../parameters';
import { logRows } from '../statement';
import { BETAS, lastLayer, LAYER_ROOTS } from './commitments';
import { bits, foldDomain, pointOf, startDomain } from './domain';
import { logDomain, queries } from './header';
import { allocate, element, felts } from './heap';
import { verifyOpenings } from './merkle';
import { count, hashes, indices, positions, values } from './queries';
import { isAtEnd, orFormat, takeWire } from './reader';

const C: usize = memory.data(36, 8);
const D: usize = memory.data(36, 8);

/** Step 9: each query through the FRI layers, down to the last. */
export function followLayers(): i32 {
  const coset = felts(FOLD);
  const leaf = allocate(<usize>FOLD * WIRE);
  const starts = allocate(4 * <usize>queries);
  const layers = friLayers(logRows);
  let known = count;
  startDomain(logDomain);
  for (let layer = 0; layer < layers; layer++) {
    // The leaves: eight values each, of which the proof omits those that are known.
    let leaves = 0;
    for (let q = 0; q < known; leaves++) {
      const number = load<u32>(positions + 4 * <usize>q) >> LOG_FOLD;
      for (let j: u32 = 0; j < <u32>FOLD; j++) {
        const wire = leaf + <usize>j * WIRE;
        if (q < known && load<u32>(positions + 4 * <usize>q) == (number << LOG_FOLD) + j) {
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
    foldDomain();
    if (!verifyOpenings(LAYER_ROOTS + 32 * <usize>layer, bits, indices, hashes, leaves))
      return orFormat(FRI_DECOMMITMENT);
    memory.copy(positions, starts, 4 * <usize>leaves);
    known = leaves;
  }
  if (!isAtEnd()) return PROOF_FORMAT;
  // The last layer is a polynomial of low degree, given by its coefficients.
  const degree = 1 << logLastDegree(logRows);
  for (let q = 0; q < known; q++) {
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
