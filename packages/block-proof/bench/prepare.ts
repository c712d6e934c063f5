// Linking a block, by its number of transactions: `node packages/block-proof/bench/prepare.ts`.

import { classes } from '@stackctl/contracts-l2';
import { checkPublicInputs } from '../src/check-inputs.ts';
import { prepareBlock } from '../src/prepare.ts';
import { coverageOf, coveredSteps } from '../src/public-inputs.ts';
import { createChain, mixedSample } from '../test/support/real-block.ts';
import { logStepsOf } from '../test/support/sample-block.ts';

const chain = createChain();
for (const rounds of [1, 1, 4, 16, 40]) {
  const sample = Array.from({ length: rounds }, () => mixedSample(chain.genesis.addresses)).flat();
  const block = chain.next(sample);
  const started = performance.now();
  const prepared = prepareBlock(block.calls, chain.lookup, { maxSteps: 2 ** 18, logStepsOf });
  const linked = performance.now();
  checkPublicInputs(prepared.publicInputs, block.calls.facts, {
    casm: (hash) => Object.values(classes).find(({ classHash }) => classHash === hash)?.casm,
    compiledClassHash: (hash) =>
      Object.values(classes).find(({ classHash }) => classHash === hash)?.compiledClassHash,
  });
  const checked = performance.now();
  const { inputs, trace, publicInputs } = prepared;
  const publicCells = prepared.statement.publicMemory.reduce(
    (sum, { values }) => sum + values.length,
    0,
  );
  console.log(
    JSON.stringify({
      transactions: sample.length,
      calls: inputs.calls.length,
      provedSteps: coveredSteps(inputs),
      traceSteps: trace.steps,
      coverage: Number(coverageOf(inputs).toFixed(3)),
      rangeChecks: inputs.run.rangeCheck.stop - inputs.run.rangeCheck.begin,
      memoryCells: trace.defined.length,
      publicCells,
      publicInputsBytes: publicInputs.length,
      linkMs: Math.round(linked - started),
      checkMs: Math.round(checked - linked),
    }),
  );
}
