// Steps 6 and 7: FRI's layers, and the proof of work.
import { StackError } from '@stackctl/types';
import { LOG_FOLD, type Regions } from './plan.ts';
import type { Session } from './session.ts';

/** 6. FRI: a root and a challenge per layer, then the last layer's coefficients. */
export function commitLayers(
  { machine, sizes: s, regions: r, transcript }: Session,
  mayFail: boolean,
): void {
  const { exports } = machine;
  for (let i = 0; i < s.layers; i++) {
    const layer = r.layers[i] as Regions['layers'][number];
    const next = r.layers[i + 1] as Regions['layers'][number];
    const leaves = 2 ** next.bits;
    exports.hashCosets(layer.tree, leaves, layer.values, 0, leaves, r.scratch);
    exports.hashTree(layer.tree, leaves, r.scratch);
    transcript.send(layer.tree + 32, 32);
    transcript.draw(r.challenge);
    exports.foldLayer(
      next.values,
      layer.values,
      layer.bits,
      LOG_FOLD * i,
      r.challenge,
      r.inverseTwiddles,
      r.workspace,
    );
  }
  const last = r.layers[s.layers] as Regions['layers'][number];
  const isLow = exports.interpolateLast(
    r.message,
    s.lastCoefficients,
    last.values,
    last.bits,
    LOG_FOLD * s.layers,
    r.inverseTwiddles,
    r.workspace,
    r.scratch,
  );
  if (!isLow && !mayFail)
    throw new StackError('PROVER', { reason: 'the last FRI layer is not of low degree' });
  transcript.send(r.message, 32 * s.lastCoefficients);
}

/** Nonces tried between two looks at the result. */
const GRIND_BATCH = 1n << 20n;

/** 7. Proof of work. */
export function grind({ machine, regions: r, transcript, security }: Session): void {
  const { exports, memory } = machine;
  let nonce = -1n;
  for (let from = 0n; nonce < 0n; from += GRIND_BATCH)
    nonce = exports.grind(security.grindingBits, from, GRIND_BATCH, r.scratch);
  new DataView(memory.buffer).setBigUint64(r.message, nonce);
  transcript.send(r.message, 8);
}
