// Prints ms by phase, memory, proof size and verification time, for runs of 2^8 .. 2^16 steps in layout
// `lite` and of 2^11 .. 2^16 in layouts `full` and `mods` (with a quarter of all instances of its builtins in use),
// each the better of two. `cpu` is the thread's processor time: what `total` would be on an idle core.
// Usage: node bench/prove.ts [least log2] [greatest log2] [preset]

import { LAYOUTS, type LayoutName } from '../src/air/layouts.ts';
import { PHASES, PRESETS, prove, verify } from '../src/index.ts';
import { run } from '../test/stepper.ts';
import { withBuiltins } from './programs.ts';

const [least = '8', greatest = '16', preset = 'conjectured'] = process.argv.slice(2);
const security = PRESETS[preset as keyof typeof PRESETS];
const context = new Uint8Array(32);

function print(cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padStart(12)).join(''));
}

function measure(layout: LayoutName, bits: number) {
  const trace = run(withBuiltins(bits, layout));
  const before = process.threadCpuUsage();
  const { bytes, statement, timings, memoryBytes } = prove(trace, { context, security });
  const { user, system } = process.threadCpuUsage(before);
  const result = verify(bytes, statement);
  if (!result.ok) throw new RangeError(result.reason);
  const total = PHASES.reduce((sum, phase) => sum + timings[phase], 0);
  const cpu = (user + system) / 1000;
  return { bits, total, cpu, timings, memoryBytes, proofBytes: bytes.length, verifyMs: result.ms };
}

console.log(`preset ${preset}: ${JSON.stringify(security)}`);
print(['layout', 'rows', 'total', 'cpu', ...PHASES, 'MB', 'proof KB', 'verify ms']);
for (const { name, minimalLogSteps } of LAYOUTS)
  for (let bits = Math.max(Number(least), minimalLogSteps); bits <= Number(greatest); bits++) {
    const [first, second] = [measure(name, bits), measure(name, bits)];
    const best = first.total < second.total ? first : second;
    print([
      name,
      `2^${bits}`,
      best.total.toFixed(0),
      best.cpu.toFixed(0),
      ...PHASES.map((phase) => best.timings[phase].toFixed(0)),
      (best.memoryBytes / 2 ** 20).toFixed(0),
      (best.proofBytes / 1024).toFixed(0),
      best.verifyMs.toFixed(1),
    ]);
  }
