// From the drawn challenges to the vectors that the evaluations use.
import {
  CONSTRAINTS,
  UNIFORM_LOOKUP_MEAN,
  UNIFORM_PARTS,
} from '../../build/assembly/air-constants';
import { computeUniformParts } from '../../build/assembly/air-scalar';
import { VECTOR } from '../../../field/assembly/simd';
import { copy, FELT, mul, ONE } from '../felt';
import { splatFelt } from './table';

const PARTS: usize = memory.data(16384, 16);
const POWER: usize = memory.data(36, 8);

/** out = the uniform parts, one vector each. */
export function spreadUniformParts(out: usize, given: usize): void {
  computeUniformParts(PARTS, given);
  for (let i: usize = 0; i < <usize>UNIFORM_PARTS; i++)
    splatFelt(out + i * VECTOR, PARTS + i * FELT);
}

/** out = the mean of a row's fractions in all lanes. */
export function spreadMean(out: usize, given: usize): void {
  splatFelt(out, given + <usize>UNIFORM_LOOKUP_MEAN * FELT);
}

/** out = the powers of `alpha`, one vector for each constraint. */
export function spreadCoefficients(out: usize, alpha: usize): void {
  copy(POWER, ONE);
  for (let i: usize = 0; i < <usize>CONSTRAINTS; i++) {
    splatFelt(out + i * VECTOR, POWER);
    mul(POWER, POWER, alpha);
  }
}
