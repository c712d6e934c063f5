// The prover's WebAssembly modules, one a layout: that of `lite` is compiled when the package is loaded,
// others when they are first needed. The verifier's are in verifier/.
import { readFileSync } from 'node:fs';
import type { LayoutName } from './air/layouts.ts';

const modules = new Map<string, WebAssembly.Module>();

/** Compiled when the first trace of a layout is proven. `shared`: the one that imports a shared memory. */
export function proverModule(layout: LayoutName, shared = false): WebAssembly.Module {
  const file = `prover${layout === 'lite' ? '' : `-${layout}`}${shared ? '-shared' : ''}.wasm`;
  const known = modules.get(file);
  if (known !== undefined) return known;
  const compiled = new WebAssembly.Module(
    readFileSync(new URL(`../build/${file}`, import.meta.url)),
  );
  modules.set(file, compiled);
  return compiled;
}
proverModule('lite');

type Address = number;

/** Exports of build/prover.wasm (assembly/prover.ts). Addresses and lengths are in bytes. */
export interface ProverExports {
  readonly faultStep: WebAssembly.Global;
  readonly faultAddress: WebAssembly.Global;
  readonly heapBase: () => Address;
  readonly scratchBytes: () => number;
  readonly periodicBytes: () => number;
  readonly cosetConstantBytes: () => number;
  readonly weightBytes: () => number;
  readonly constraintCount: () => number;
  readonly groupCount: () => number;
  readonly longestPeriod: () => number;
  readonly mainBlocks: () => number;
  readonly mainColumns: () => number;
  readonly lookupBlocks: () => number;
  readonly lookupColumns: () => number;
  readonly nextColumns: () => number;
  readonly nextPosition: (i: number) => number;
  readonly uniformParts: () => number;
  readonly uniformCount: () => number;

  readonly parseStatement: (at: Address, length: number) => number;
  readonly seedSize: () => number;
  readonly seedTranscript: (
    logBlowup: number,
    queries: number,
    grinding: number,
    scratch: Address,
  ) => void;
  readonly fillUniforms: (given: Address, scratch: Address) => number;
  readonly mix: (message: Address, length: number, scratch: Address) => void;
  readonly workPrefix: (out: Address, bits: number) => void;
  readonly drawFelt: (out: Address) => void;
  readonly drawNumber: (bits: number) => number;
  readonly copyFelt: (out: Address, a: Address) => void;
  readonly mulFelt: (out: Address, a: Address, b: Address) => void;
  readonly squareFelt: (out: Address, a: Address) => void;
  readonly rootOfUnity: (out: Address, bits: number) => void;
  readonly toWire: (bytes: Address, felt: Address) => void;
  readonly fromWire: (felt: Address, bytes: Address) => void;

  readonly spreadUniformParts: (out: Address, given: Address) => void;
  readonly spreadMean: (out: Address, given: Address) => void;
  readonly spreadCoefficients: (out: Address, alpha: Address) => void;
  readonly buildTwiddles: (out: Address, bits: number, inverted: number) => void;
  readonly buildCosetPowers: (
    out: Address,
    group: number,
    logRows: number,
    logBlowup: number,
  ) => void;
  readonly buildPointPowers: (out: Address, logRows: number, x: Address) => void;
  readonly buildPeriodic: (out: Address) => void;
  readonly extendPeriodic: (
    out: Address,
    values: Address,
    logRows: number,
    logBlowup: number,
    twiddles: Address,
    inverseTwiddles: Address,
    scratch: Address,
  ) => void;
  readonly fillScratch: (rows: number) => number;
  readonly fill: (
    table: Address,
    logRows: number,
    steps: number,
    registers: Address,
    memory: Address,
    defined: Address,
    cells: number,
    publicRuns: Address,
    runCount: number,
    uses: Address,
    scratch: Address,
  ) => number;
  readonly convert: (rows: Address, count: number) => void;
  readonly interpolate: (
    out: Address,
    values: Address,
    rows: number,
    inverseTwiddles: Address,
    scratch: Address,
  ) => void;
  readonly extendToCoset: (
    out: Address,
    coefficients: Address,
    rows: number,
    powers: Address,
    lane: number,
    twiddles: Address,
    scratch: Address,
  ) => void;
  readonly hashRows: (
    tree: Address,
    leaves: number,
    table: Address,
    stride: number,
    columns: number,
    from: number,
    to: number,
    scratch: Address,
  ) => void;
  readonly hashCosets: (
    tree: Address,
    leaves: number,
    layer: Address,
    from: number,
    to: number,
    scratch: Address,
  ) => void;
  readonly hashSubtree: (
    tree: Address,
    leaves: number,
    parts: number,
    part: number,
    scratch: Address,
  ) => void;
  readonly hashTree: (tree: Address, leaves: number, scratch: Address) => void;
  readonly computeFractions: (
    numerators: Address,
    denominators: Address,
    from: number,
    to: number,
    trace: Address,
    logRows: number,
    periodic: Address,
    periodicShift: number,
    uniforms: Address,
    scratch: Address,
  ) => void;
  readonly divideFractions: (
    numerators: Address,
    denominators: Address,
    from: number,
    to: number,
    prefixes: Address,
  ) => void;
  readonly sumFractions: (
    numerators: Address,
    denominators: Address,
    logRows: number,
    mean: Address,
    total: Address,
    scratch: Address,
  ) => void;
  readonly fillLookup: (
    blocks: Address,
    numerators: Address,
    denominators: Address,
    from: number,
    to: number,
    logRows: number,
    total: Address,
    scratch: Address,
  ) => void;
  readonly prepareCoset: (
    constants: Address,
    block: number,
    logRows: number,
    logBlowup: number,
  ) => void;
  readonly invertPoints: (
    inverses: Address,
    from: number,
    to: number,
    twiddles: Address,
    constants: Address,
    prefixes: Address,
  ) => void;
  readonly evaluateCoset: (
    out: Address,
    from: number,
    to: number,
    logRows: number,
    table: Address,
    lookup: Address,
    periodic: Address,
    periodicShift: number,
    uniforms: Address,
    coefficients: Address,
    twiddles: Address,
    inverses: Address,
    constants: Address,
    scratch: Address,
  ) => void;
  readonly splitComposition: (
    rows: Address,
    logRows: number,
    inverseTwiddles: Address,
    powers: Address,
    scratch: Address,
  ) => void;
  readonly evaluateBlock: (
    out: Address,
    coefficients: Address,
    powers: Address,
    rows: number,
    scratch: Address,
  ) => void;
  readonly buildWeights: (weights: Address, gamma: Address, logRows: number) => void;
  readonly combineColumns: (
    out: Address,
    table: Address,
    stride: number,
    from: number,
    to: number,
    weights: Address,
    scratch: Address,
  ) => void;
  readonly divide: (
    out: Address,
    rows: Address,
    count: number,
    points: Address,
    scratch: Address,
  ) => void;
  readonly extendQuotient: (
    layer: Address,
    group: number,
    coefficients: Address,
    logRows: number,
    powers: Address,
    twiddles: Address,
    rows: Address,
    scratch: Address,
  ) => void;
  readonly foldLayer: (
    out: Address,
    layer: Address,
    bits: number,
    folds: number,
    beta: Address,
    inverseTwiddles: Address,
    scratch: Address,
  ) => void;
  readonly interpolateLast: (
    out: Address,
    count: number,
    layer: Address,
    bits: number,
    folds: number,
    inverseTwiddles: Address,
    rows: Address,
    scratch: Address,
  ) => number;
  readonly grind: (
    prefix: Address,
    bits: number,
    from: bigint,
    count: bigint,
    scratch: Address,
  ) => bigint;
  readonly storeNonce: (out: Address, nonce: bigint) => void;
  readonly serialiseRow: (
    out: Address,
    table: Address,
    stride: number,
    blocks: number,
    position: number,
  ) => void;
  readonly readCell: (out: Address, block: Address, position: number, lane: number) => void;
  readonly writeCell: (block: Address, position: number, lane: number, felt: Address) => void;

  // For tests.
  readonly start: (seed: Address, length: number) => void;
  readonly isWork: (nonce: bigint, bits: number) => number;
  readonly foldCoset: (values: Address, inverse: Address, beta: Address) => void;
  readonly splatFelt: (out: Address, felt: Address) => void;
  readonly fromLane: (felt: Address, vector: Address, lane: number) => void;
  readonly computeUniformParts: (out: Address, given: Address) => void;
  readonly evaluateConstraintsAt: (
    out: Address,
    cells: Address,
    next: Address,
    periodic: Address,
    uniforms: Address,
    coefficients: Address,
  ) => void;
  readonly evaluateConstraints: (
    out: Address,
    cells: Address,
    uniforms: Address,
    coefficients: Address,
    scratch: Address,
  ) => void;
  readonly evaluateFractions: (
    numerators: Address,
    denominators: Address,
    cells: Address,
    uniforms: Address,
    scratch: Address,
  ) => void;
}
