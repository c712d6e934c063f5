// One prover in a process of its own, so that its memory can be told apart: proves the program on stdin
// and prints what that took as JSON. Usage: node side.ts ours <threads> | node side.ts peer <folder>
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createProver, PRESETS } from '@stackctl/stark';
import { verify } from '@stackctl/stark/verifier';
import { proveProgramOn } from '../src/prover.ts';
import { proveWithPeer } from './peer.ts';

/** What one proof took. Times in ms, sizes in bytes. */
export interface Measured {
  readonly steps: number;
  readonly proveMs: number;
  readonly verifyMs: number;
  readonly proofBytes: number;
  readonly securityBits: number;
  /** Greatest resident set of the process. */
  readonly rssBytes: number;
}

/** Measures in a child process. */
export function measure(side: 'ours' | 'peer', argument: string, program: unknown): Measured {
  const { status, stdout } = spawnSync(process.execPath, [import.meta.filename, side, argument], {
    input: JSON.stringify(program),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the ${side} process ended with ${status}`);
  return JSON.parse(stdout) as Measured;
}

async function proveOurs(program: unknown, threads: number): Promise<Omit<Measured, 'rssBytes'>> {
  const prover = createProver({ threads });
  try {
    const started = performance.now();
    const made = await proveProgramOn(prover, program, { security: PRESETS.conjectured });
    const proveMs = performance.now() - started;
    const checked = verify(made.proof, made.statement);
    if (!checked.ok) throw new Error(`our own proof does not verify: ${checked.reason}`);
    const { ms: verifyMs, securityBits } = checked;
    const steps = 2 ** made.statement.logSteps;
    return { steps, proveMs, verifyMs, proofBytes: made.proof.length, securityBits };
  } finally {
    await prover.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  const [, , side, argument = '1'] = process.argv;
  const text = readFileSync(0, 'utf8');
  const measured =
    side === 'peer'
      ? await proveWithPeer(argument, text)
      : await proveOurs(JSON.parse(text), Number(argument));
  const rssBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(JSON.stringify({ ...measured, rssBytes } satisfies Measured));
}
