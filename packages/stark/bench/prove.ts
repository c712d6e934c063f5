// Prints ms by phase, memory, proof size and verification time, for runs of 2^8 .. 2^16 steps in layout
// `lite` and of 2^11 .. 2^16 in layout `full` (with a quarter of all instances of its builtins in use),
// each the better of two. `cpu` is the thread's processor time: what `total` would be on an idle core.
// Usage: node bench/prove.ts [least log2] [greatest log2] [preset]

import { LAYOUTS, type LayoutName } from '../src/air/layouts.ts';
import { PHASES, PRESETS, prove, verify } from '../src/index.ts';
import { countdown } from '../test/programs.ts';
import { type Program, run } from '../test/stepper.ts';

const [least = '8', greatest = '16', preset = 'conjectured'] = process.argv.slice(2);
const security = PRESETS[preset as keyof typeof PRESETS];
const context = new Uint8Array(32);

function print(cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padStart(12)).join(''));
}

/** Instances of every builtin that `full` has besides range_check, in a quarter of the rows. */
function builtinsFor(rows: number): NonNullable<Program['builtins']> {
  const cells = (rowsEach: number, inputs: readonly bigint[], outputs: number) =>
    Array.from({ length: rows / 4 / rowsEach }, () => [
      ...inputs,
      ...Array<undefined>(outputs),
    ]).flat();
  return [
    { name: 'pedersen', cells: cells(128, [2n ** 250n + 77n, 99n], 1) },
    { name: 'bitwise', cells: cells(64, [2n ** 250n + 77n, 99n], 3) },
    { name: 'poseidon', cells: cells(128, [2n ** 250n + 77n, 99n, 5n], 3) },
    { name: 'range_check96', cells: cells(8, [2n ** 95n], 0) },
  ];
}

function measure(layout: LayoutName, bits: number) {
  const program = countdown(Math.floor((2 ** bits - 3) / 3));
  const trace = run(layout === 'lite' ? program : { ...program, builtins: builtinsFor(2 ** bits) });
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
