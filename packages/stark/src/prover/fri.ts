// Steps 6 and 7: FRI's layers, and the proof of work.
import { StackError } from '@stackctl/types';
import { hashTree } from './commit.ts';
import { LOG_FOLD, type Regions } from './plan.ts';
import type { Session } from './session.ts';
import { partOf } from './tasks.ts';

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
    const size = partOf(leaves);
    machine.run('hashCosets', leaves / size, [layer.tree, leaves, layer.values, size]);
    hashTree({ machine, regions: r }, layer.tree, leaves);
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

/** Nonces of a part, and parts between two looks at the results. */
const GRIND_PART = 2 ** 11;
const GRIND_PARTS = 8;

/** 7. Proof of work: the least nonce, whoever finds it. */
export function grind({ machine, regions: r, transcript, security }: Session): void {
  const { exports, memory } = machine;
  const [found, prefix] = [r.message, r.message + 8 * GRIND_PARTS];
  exports.workPrefix(prefix, security.grindingBits);
  let nonce: bigint | undefined;
  for (let from = 0; nonce === undefined; from += GRIND_PART * GRIND_PARTS) {
    const { grindingBits } = security;
    machine.run('grind', GRIND_PARTS, [found, prefix, grindingBits, from, GRIND_PART]);
    nonce = new BigInt64Array(memory.buffer, found, GRIND_PARTS).find((result) => result >= 0n);
  }
  new DataView(memory.buffer).setBigUint64(r.message, nonce);
  transcript.send(r.message, 8);
}
