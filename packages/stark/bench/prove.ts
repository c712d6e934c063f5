// Prints ms by phase, memory, proof size and verification time, for runs of 2^8 .. 2^16 steps, each the
// better of two. `cpu` is the thread's processor time: what `total` would be on an idle core.
// Usage: node bench/prove.ts [least log2] [greatest log2] [preset]
import { PHASES, PRESETS, prove, verify } from '../src/index.ts';
import { countdown } from '../test/programs.ts';
import { run } from '../test/stepper.ts';

const [least = '8', greatest = '16', preset = 'conjectured'] = process.argv.slice(2);
const security = PRESETS[preset as keyof typeof PRESETS];
const context = new Uint8Array(32);

function print(cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padStart(12)).join(''));
}

function measure(bits: number) {
  const trace = run(countdown(Math.floor((2 ** bits - 3) / 3)));
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
print(['rows', 'total', 'cpu', ...PHASES, 'MB', 'proof KB', 'verify ms']);
for (let bits = Number(least); bits <= Number(greatest); bits++) {
  const [first, second] = [measure(bits), measure(bits)];
  const best = first.total < second.total ? first : second;
  print([
    `2^${bits}`,
    best.total.toFixed(0),
    best.cpu.toFixed(0),
    ...PHASES.map((phase) => best.timings[phase].toFixed(0)),
    (best.memoryBytes / 2 ** 20).toFixed(0),
    (best.proofBytes / 1024).toFixed(0),
    best.verifyMs.toFixed(1),
  ]);
}
