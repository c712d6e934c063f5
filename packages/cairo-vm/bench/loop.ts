/**
 * Speed of the run loop on the Cairo 0 fibonacci program (`fib(1, 1, n)`, seven steps a round), with
 * and without the register log of proof mode, beside cairo-vm-ts on the same words in one run.
 *
 *   node packages/cairo-vm/bench/loop.ts [n]
 *
 * cairo-vm-ts is on no registry: CAIRO_VM_TS names its bundle, made in a checkout of
 * github.com/kkrt-labs/cairo-vm-ts by `bun install && bun run build` (dist/index.js). Without it the
 * comparison is left out.
 */
import { pathToFileURL } from 'node:url';
import { CairoMachine, Program, Relocatable, runProgram } from '../src/index.ts';

const N = BigInt(process.argv[2] ?? 100_000);
const ROUNDS = 12;
const MAIN = 6;

/** `__start__`, `__end__`, main and fib, as cairo-compile --proof_mode 0.13.2 writes them. */
const WORDS = [
  0x40780017fff7fffn,
  0n,
  0x1104800180018000n,
  4n,
  0x10780017fff7fffn,
  0n,
  0x480680017fff8000n,
  1n,
  0x480680017fff8000n,
  1n,
  0x480680017fff8000n,
  N,
  0x1104800180018000n,
  3n,
  0x208b7fff7fff7ffen,
  0x20780017fff7ffdn,
  5n,
  0x480a7ffc7fff8000n,
  0x480a7ffc7fff8000n,
  0x208b7fff7fff7ffen,
  0x482a7ffc7ffb8000n,
  0x480a7ffc7fff8000n,
  0x48127ffe7fff8000n,
  0x482680017ffd8000n,
  0x800000000000011000000000000000000000000000000000000000000000000n,
  0x1104800180018000n,
  0x800000000000010fffffffffffffffffffffffffffffffffffffffffffffff7n,
  0x208b7fff7fff7ffen,
];
const program = new Program(WORDS);

function plain(): number {
  const machine = new CairoMachine(program, { stepLimit: 2 ** 31 });
  const end = machine.memory.allocate();
  machine.endSegment = end.segment;
  machine.memory.writeAt(1, 0, new Relocatable(1, 0));
  machine.memory.writeAt(1, 1, end);
  machine.pc = MAIN;
  machine.ap = 2;
  machine.fp = 2;
  machine.run();
  return machine.steps;
}

function recorded(): number {
  return runProgram({ program, stepLimit: 2 ** 31, stackLimit: 2 ** 26 }).steps;
}

/** What is used of cairo-vm-ts. */
interface CairoVmTs {
  readonly Felt: new (value: bigint) => unknown;
  readonly CairoRunner: new (
    program: unknown,
    bytecode: readonly unknown[],
    layout: string,
    initialPc: number,
  ) => { run(): void; readonly vm: { readonly currentStep: bigint } };
}

async function reference(): Promise<(() => number) | undefined> {
  const path = process.env.CAIRO_VM_TS;
  if (path === undefined) return undefined;
  const { CairoRunner, Felt } = (await import(pathToFileURL(path).href)) as CairoVmTs;
  // Its runner calls `main` and stops at its return.
  const words = WORDS.map((word) => new Felt(word));
  return () => {
    const runner = new CairoRunner({}, words, 'plain', MAIN);
    runner.run();
    return Number(runner.vm.currentStep);
  };
}

/** Best of the rounds, in steps a microsecond. */
function measure(name: string, run: () => number, rounds = ROUNDS): number {
  let best = 0;
  let steps = 0;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    steps = run();
    best = Math.max(best, steps / (performance.now() - start) / 1_000);
  }
  console.log(
    `${name.padEnd(12)} ${best.toFixed(2).padStart(6)} M steps/s (best of ${rounds}, ${steps} steps)`,
  );
  return best;
}

const ours = measure('plain', plain);
measure('recorded', recorded);
const theirs = await reference();
if (theirs === undefined) console.log('cairo-vm-ts: not compared, CAIRO_VM_TS is not set');
else console.log(`ratio: ${(ours / measure('cairo-vm-ts', theirs, 3)).toFixed(0)} x`);
