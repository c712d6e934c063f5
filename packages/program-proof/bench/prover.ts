/**
 * The prover beside its peer, by size, by layout and by transaction, as Markdown.
 *
 *   node packages/program-proof/bench/prover.ts [sections] [options]
 *   sections (all, when none is named): --peer --scaling --layouts --threads --rows
 *   --max 18       log2 of the greatest size of --scaling (from 12 on)
 *   --cores 2      threads of --peer and --threads
 *
 * Every proof is made in a process of its own. Needs a registry of npm for --peer only.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PRESETS, prove, verify } from '@stackctl/stark';
import { withBuiltins } from '../../stark/bench/programs.ts';
import { run } from '../../stark/test/stepper.ts';
import { fibonacci1000, fibonacciOf } from './fibonacci.ts';
import { kilobytes, megabytes, seconds, table } from './markdown.ts';
import { installPeer } from './peer.ts';
import { rowsTable } from './rows.ts';
import { type Measured, measure } from './side.ts';

const { values: flags } = parseArgs({
  options: {
    peer: { type: 'boolean' },
    scaling: { type: 'boolean' },
    layouts: { type: 'boolean' },
    threads: { type: 'boolean' },
    rows: { type: 'boolean' },
    max: { type: 'string', default: '18' },
    cores: { type: 'string', default: '2' },
  },
});
const SIDE_BITS = 15;
const LEAST_BITS = 12;
const TARGETS = { time: 15, memory: 4, wasm: 20 } as const;

const ours = (bits: number, threads = 1): Measured =>
  measure('ours', String(threads), fibonacciOf(bits));

const wasmBytes = (name: string): number =>
  statSync(new URL(`../../stark/build/${name}`, import.meta.url)).size;

/** Same program, same machine, one after the other. */
function peerSection(): string {
  const peer = installPeer();
  try {
    const { source, program } = fibonacci1000();
    const theirs = measure('peer', peer.folder, program);
    const same = measure('ours', '1', program);
    const threaded = measure('ours', flags.cores, program);
    const asLong = ours(SIDE_BITS);
    const proverBytes = wasmBytes('prover.wasm');
    const line = (name: string, m: Measured, wasm: number) => [
      name,
      m.steps,
      m.securityBits,
      seconds(m.proveMs),
      megabytes(m.rssBytes),
      kilobytes(wasm),
      kilobytes(m.proofBytes),
      seconds(m.verifyMs),
    ];
    const ratios = (m: Measured) => [
      `${(theirs.proveMs / m.proveMs).toFixed(1)} x faster (target ${TARGETS.time})`,
      `1/${(theirs.rssBytes / m.rssBytes).toFixed(1)} of the memory (target 1/${TARGETS.memory})`,
      `wasm 1/${(peer.wasmBytes / proverBytes).toFixed(0)} (target 1/${TARGETS.wasm})`,
    ];
    return [
      `Program: ${source}`,
      '',
      table(
        ['prover', 'steps', 'bits', 'prove', 'peak RSS', 'wasm', 'proof', 'verify'],
        [
          line(peer.label, theirs, peer.wasmBytes),
          line('ours, same program', same, proverBytes),
          line(`ours, same program, ${flags.cores} threads`, threaded, proverBytes),
          line(`ours, 2^${SIDE_BITS} steps of it`, asLong, proverBytes),
        ],
      ),
      '',
      `Same program: ${ratios(same).join(', ')}.`,
      `Same number of steps: ${ratios(asLong).join(', ')}.`,
    ].join('\n');
  } finally {
    peer.remove();
  }
}

/** Cost by size; n log n: time / (n log2 n), and the exponent of n in time / log2 n between neighbours. */
function scalingSection(): string {
  const sizes = Array.from(
    { length: Number(flags.max) - LEAST_BITS + 1 },
    (_, i) => LEAST_BITS + i,
  );
  const all = sizes.map((bits) => ({ bits, ...ours(bits) }));
  const exponent = (i: number): string => {
    const [now, before] = [all[i], all[i - 1]];
    if (now === undefined || before === undefined) return '';
    const ratio = now.proveMs / now.bits / (before.proveMs / before.bits);
    return Math.log2(ratio).toFixed(2);
  };
  return table(
    ['steps', 'prove', 'peak RSS', 'proof', 'verify', 'exponent of n in time / log n'],
    all.map((m, i) => [
      `2^${m.bits}`,
      seconds(m.proveMs),
      megabytes(m.rssBytes),
      kilobytes(m.proofBytes),
      `${m.verifyMs.toFixed(0)} ms`,
      exponent(i),
    ]),
  );
}

/** Both layouts at 2^15 steps; `full` with all of its builtins in use. Best of two, in this process. */
function layoutsSection(): string {
  const security = PRESETS.conjectured;
  const best = (withAll: boolean) => {
    const trace = run(withBuiltins(SIDE_BITS, withAll ? 'full' : 'lite'));
    const made = [0, 1].map(() => {
      const started = performance.now();
      const proof = prove(trace, { context: new Uint8Array(32), security });
      return { proof, ms: performance.now() - started };
    });
    const { proof, ms } = made.reduce((a, b) => (b.ms < a.ms ? b : a));
    const checked = verify(proof.bytes, proof.statement);
    if (!checked.ok) throw new Error(checked.reason);
    const { memoryBytes, bytes, statement } = proof;
    return { ms, memoryBytes, size: bytes.length, verifyMs: checked.ms, name: statement.layout };
  };
  const lite = best(false);
  const full = best(true);
  return [
    table(
      ['layout', 'prove', 'memory', 'proof', 'verify'],
      [lite, full].map((m) => [
        m.name,
        seconds(m.ms),
        megabytes(m.memoryBytes),
        kilobytes(m.size),
        `${m.verifyMs.toFixed(0)} ms`,
      ]),
    ),
    '',
    `full / lite: ${(full.ms / lite.ms).toFixed(2)} (target: at most 2)`,
  ].join('\n');
}

function threadsSection(): string {
  const counts = Array.from({ length: Number(flags.cores) }, (_, i) => i + 1);
  const all = counts.map((threads) => ({ threads, ...ours(SIDE_BITS, threads) }));
  const [one] = all;
  return table(
    ['threads', 'prove', 'peak RSS', 'speed-up'],
    all.map((m) => [
      m.threads,
      seconds(m.proveMs),
      megabytes(m.rssBytes),
      ((one as Measured).proveMs / m.proveMs).toFixed(2),
    ]),
  );
}

const SECTIONS = [
  ['peer', 'Beside the peer', peerSection],
  ['scaling', 'By size (layout lite, one thread)', scalingSection],
  ['layouts', `Layouts at 2^${SIDE_BITS} steps`, layoutsSection],
  ['threads', `Threads at 2^${SIDE_BITS} steps`, threadsSection],
  ['rows', 'Rows (instances) by kind', rowsTable],
] as const;

const named = SECTIONS.filter(([name]) => flags[name]);
for (const [, title, section] of named.length === 0 ? SECTIONS : named)
  console.log(`## ${title}\n\n${section()}\n`);
