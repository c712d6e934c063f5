// The prover's module: the tasks that src/prover/prove.ts puts in order. Memory is planned by the host,
// which passes every address. The tasks that take long (those of src/prover/tasks.ts) write only to what
// they are given, scratch included, so that threads over one shared memory can each take a part; the
// others use static buffers and belong to one thread.
export { drawFelt, drawNumber, mix, workPrefix } from './channel';
export {
  copy as copyFelt,
  fromWire,
  mul as mulFelt,
  rootOfUnity,
  square as squareFelt,
  toWire,
} from './felt';
export { fillUniforms, parseStatement, seedSize, seedTranscript } from './statement';
export { spreadCoefficients, spreadMean, spreadUniformParts } from './prover/challenges';
export { hashCosets, hashRows, hashSubtree, hashTree } from './prover/commit';
export {
  buildWeights,
  combineColumns,
  divide,
  evaluateBlock,
  extendQuotient,
} from './prover/deep';
export { evaluateCoset, invertPoints, prepareCoset, splitComposition } from './prover/evaluate';
export { extendToCoset, interpolate } from './prover/extend';
export { convert, fill, fillScratch } from './prover/fill';
export { faultAddress, faultStep } from './prover/fill-cells';
export { foldLayer, interpolateLast } from './prover/fri';
export { grind, storeNonce } from './prover/grind';
export { computeFractions, divideFractions, fillLookup, sumFractions } from './prover/lookup';
export { buildPeriodic, extendPeriodic } from './prover/periodic';
export { readCell, serialiseRow, writeCell } from './prover/table';
export { buildCosetPowers, buildPointPowers, buildTwiddles } from './prover/tables';
import { EVALUATION_SCRATCH, CELLS_SIZE } from '../build/assembly/air-vector';
import { COSET_CONSTANTS } from './prover/evaluate';
import { PERIODIC_BYTES } from './prover/periodic';
import { WEIGHTS } from './prover/deep';
import {
  CONSTRAINTS,
  GROUPS,
  LONGEST_PERIOD,
  LOOKUP_BLOCKS,
  LOOKUP_COLUMNS,
  MAIN_BLOCKS,
  MAIN_COLUMNS,
  NEXT_COLUMNS,
  NEXT_POSITIONS,
  UNIFORM_PARTS,
  UNIFORMS,
} from '../build/assembly/air-constants';

// For tests that compare the generated code with the AIR.
export { computeUniformParts, evaluateConstraintsAt } from '../build/assembly/air-scalar';
export { evaluateConstraints, evaluateFractions } from '../build/assembly/air-vector';
export { fromLane, splatFelt } from './prover/table';
export { foldCoset } from './fri-fold';
export { isWork, start } from './channel';

// Sizes for the host's memory plan, in bytes unless they are counts.
export function heapBase(): usize {
  return __heap_base;
}
export function scratchBytes(): usize {
  return CELLS_SIZE + EVALUATION_SCRATCH + 64 * 144;
}
export function periodicBytes(): usize {
  return PERIODIC_BYTES;
}
export function cosetConstantBytes(): usize {
  return COSET_CONSTANTS;
}
export function weightBytes(): usize {
  return WEIGHTS;
}
export function constraintCount(): i32 {
  return CONSTRAINTS;
}
export function groupCount(): i32 {
  return GROUPS;
}
export function longestPeriod(): i32 {
  return LONGEST_PERIOD;
}
export function mainBlocks(): i32 {
  return MAIN_BLOCKS;
}
export function mainColumns(): i32 {
  return MAIN_COLUMNS;
}
export function lookupBlocks(): i32 {
  return LOOKUP_BLOCKS;
}
export function lookupColumns(): i32 {
  return LOOKUP_COLUMNS;
}
export function nextColumns(): i32 {
  return NEXT_COLUMNS;
}
export function nextPosition(i: i32): i32 {
  return load<i32>(NEXT_POSITIONS + 4 * <usize>i);
}
export function uniformParts(): i32 {
  return UNIFORM_PARTS;
}
export function uniformCount(): i32 {
  return UNIFORMS;
}
