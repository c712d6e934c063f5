// Prints ms by phase, memory, proof size and verification time, for runs of 2^8 .. 2^16 steps.
// Usage: node bench/prove.ts [least log2] [greatest log2] [preset]

import { PHASES, PRESETS, prove, verify } from '../src/index.ts';
import { countdown } from '../test/programs.ts';
import { run } from '../test/stepper.ts';

const [least = '8', greatest = '16', preset = 'conjectured'] = process.argv.slice(2);
const security = PRESETS[preset as keyof typeof PRESETS];
const context = new Uint8Array(32);

console.log(`preset ${preset}: ${JSON.stringify(security)}`);
console.log(
  ['rows', 'total', ...PHASES, 'MB', 'proof KB', 'verify ms']
    .map((name) => name.padStart(11))
    .join(''),
);
for (let bits = Number(least); bits <= Number(greatest); bits++) {
  const trace = run(countdown(Math.floor((2 ** bits - 3) / 3)));
  const proof = prove(trace, { context, security });
  const result = verify(proof.bytes, proof.statement);
  const again = prove(trace, { context, security });
  const second = verify(again.bytes, again.statement);
  if (!result.ok || !second.ok) throw new RangeError(JSON.stringify({ result, second }));
  const total = PHASES.reduce((sum, phase) => sum + again.timings[phase], 0);
  const cells = [
    `2^${proof.statement.logSteps}`,
    total.toFixed(0),
    ...PHASES.map((phase) => again.timings[phase].toFixed(0)),
    (again.memoryBytes / 2 ** 20).toFixed(0),
    (again.bytes.length / 1024).toFixed(0),
    second.ms.toFixed(1),
  ];
  console.log(cells.map((cell) => cell.padStart(11)).join(''));
}
