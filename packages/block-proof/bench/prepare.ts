// Linking a block, by its number of transactions: `node packages/block-proof/bench/prepare.ts`.
import { checkPublicInputs } from '../src/check-inputs.ts';
import { prepareBlock } from '../src/prepare.ts';
import { callsOfParts, stepsOf } from '../src/public-inputs.ts';
import { createChain, known, mixedSample, shapeOf } from '../test/support/real-block.ts';

const chain = createChain();
for (const rounds of [1, 1, 4, 16, 40]) {
  const sample = Array.from({ length: rounds }, () => mixedSample(chain.genesis.addresses)).flat();
  const block = chain.next(sample);
  const started = performance.now();
  const prepared = prepareBlock(block.calls, chain.lookup, { maxSteps: 2 ** 17, shapeOf });
  const linked = performance.now();
  checkPublicInputs(prepared.publicInputs, block.calls.facts, known);
  const checked = performance.now();
  const { inputs, parts, publicInputs } = prepared;
  const calls = callsOfParts(inputs);
  const publicCells = parts
    .flatMap(({ statement }) => statement.publicMemory)
    .reduce((sum, { values }) => sum + values.length, 0);
  console.log(
    JSON.stringify({
      transactions: sample.length,
      parts: parts.length,
      calls: calls.length,
      steps: stepsOf(calls),
      traceSteps: parts.reduce((sum, { trace }) => sum + trace.steps, 0),
      memoryCells: parts.reduce((sum, { trace }) => sum + trace.defined.length, 0),
      publicCells,
      publicInputsBytes: publicInputs.length,
      linkMs: Math.round(linked - started),
      checkMs: Math.round(checked - linked),
    }),
  );
}
