// Proving whole blocks: `node packages/block-proof/bench/prove.ts [rounds...]`. A round is five transactions.
import { classes } from '@stackctl/contracts-l2';
import { prove, statementOf } from '@stackctl/stark';
import { prepareBlock } from '../src/prepare.ts';
import { verifyBlock } from '../src/verify-block.ts';
import { createChain, mixedSample } from '../test/support/real-block.ts';

const chain = createChain();
const contracts = Object.values(classes);
const rounds = process.argv.slice(2).map(Number);
for (const count of rounds.length > 0 ? rounds : [0, 1, 4, 16, 32]) {
  const sample = Array.from({ length: count }, () => mixedSample(chain.genesis.addresses)).flat();
  const block = chain.next(sample);
  const { trace, context, publicInputs, inputs } = prepareBlock(block.calls, chain.lookup, {
    maxSteps: 2 ** 18,
    logStepsOf: (run) => statementOf(run, new Uint8Array(32)).logSteps,
  });
  const started = performance.now();
  const proof = prove(trace, { context });
  const proveMs = performance.now() - started;
  const report = verifyBlock({ proof: proof.bytes, publicInputs }, block.calls.facts, {
    casm: (hash) => contracts.find(({ classHash }) => classHash === hash)?.casm,
    compiledClassHash: (hash) =>
      contracts.find(({ classHash }) => classHash === hash)?.compiledClassHash,
  });
  console.log(
    JSON.stringify({
      transactions: sample.length,
      steps: trace.steps,
      logRows: inputs.run.logSteps,
      proveMs: Math.round(proveMs),
      verifyMs: report.ms,
      status: report.status,
      proofBytes: proof.bytes.length,
      publicInputsBytes: publicInputs.length,
      memoryMb: Math.round(proof.memoryBytes / 2 ** 20),
    }),
  );
}
