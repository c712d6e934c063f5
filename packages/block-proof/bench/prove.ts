// Proving whole blocks: `node packages/block-proof/bench/prove.ts [rounds...]`. A round is five transactions.
import { prove } from '@stackctl/stark';
import { prepareBlock } from '../src/prepare.ts';
import { encodeProofParts } from '../src/proof-file.ts';
import { verifyBlock } from '../src/verify-block.ts';
import { createChain, known, mixedSample } from '../test/support/real-block.ts';
import { starkShapeOf } from '../test/support/stark-shape.ts';

const chain = createChain();
const rounds = process.argv.slice(2).map(Number);
for (const count of rounds.length > 0 ? rounds : [0, 1, 4, 16]) {
  const sample = Array.from({ length: count }, () => mixedSample(chain.genesis.addresses)).flat();
  const block = chain.next(sample);
  const { parts, publicInputs, inputs } = prepareBlock(block.calls, chain.lookup, {
    maxSteps: 2 ** 17,
    shapeOf: starkShapeOf,
  });
  const started = performance.now();
  const proofs = parts.map(({ trace, context }) => prove(trace, { context }));
  const proveMs = performance.now() - started;
  const proof = encodeProofParts(proofs.map(({ bytes }) => bytes));
  const report = verifyBlock({ proof, publicInputs }, block.calls.facts, known);
  console.log(
    JSON.stringify({
      transactions: sample.length,
      steps: report.steps,
      parts: inputs.parts.map(({ run }) => `${run.layout} 2^${run.logSteps}`),
      proveMs: Math.round(proveMs),
      verifyMs: report.ms,
      status: report.status,
      proofBytes: proof.length,
      publicInputsBytes: publicInputs.length,
      memoryMb: Math.max(...proofs.map(({ memoryBytes }) => Math.round(memoryBytes / 2 ** 20))),
    }),
  );
}
