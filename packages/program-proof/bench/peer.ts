// The peer: npm's stwo-web-stark, installed into a temporary folder from the registry that npm is
// configured with.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StackError } from '@stackctl/types';

const PEER = { name: 'stwo-web-stark', version: '0.1.0', wasm: 'stwo_web_stark_bg.wasm' } as const;
/** Of its proofs, where they do not say themselves: 15 queries at blowup 2, no proof of work. */
const USUAL_SECURITY_BITS = 15;

export interface Peer {
  readonly label: string;
  readonly folder: string;
  readonly wasmBytes: number;
  readonly remove: () => void;
}

/** Installs the peer. Its package has no install script and no dependencies. */
export function installPeer(): Peer {
  const folder = mkdtempSync(join(tmpdir(), 'bench-prover-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const label = `${PEER.name} ${PEER.version}`;
  try {
    execFileSync('npm', ['install', ...flags, `${PEER.name}@${PEER.version}`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (error) {
    remove();
    const reason = `npm could not install ${label}, which this section compares with`;
    throw new StackError('USAGE', { reason }, { cause: error });
  }
  const wasm = join(folder, 'node_modules', PEER.name, PEER.wasm);
  return { label, folder, wasmBytes: statSync(wasm).size, remove };
}

interface PeerModule {
  readonly initSync: (module: WebAssembly.Module) => void;
  readonly run_trace_gen: (program: string) => {
    prover_input: string;
    execution_resources: string;
  };
  readonly run_prove: (input: string) => string;
  readonly run_verify: (proof: string) => boolean;
}

/** Runs, proves and verifies a program with the peer that is installed in `folder`. */
export async function proveWithPeer(folder: string, program: string) {
  const at = join(folder, 'node_modules', PEER.name);
  const peer = (await import(join(at, 'stwo_web_stark.js'))) as PeerModule;
  peer.initSync(new WebAssembly.Module(readFileSync(join(at, PEER.wasm))));
  const started = performance.now();
  const { prover_input, execution_resources } = peer.run_trace_gen(program);
  const proof = peer.run_prove(prover_input);
  const proved = performance.now();
  if (!peer.run_verify(proof)) throw new Error("the peer's own proof does not verify");
  const steps = /"n_steps":(\d+)/.exec(execution_resources)?.[1];
  return {
    steps: Number(steps),
    proveMs: proved - started,
    verifyMs: performance.now() - proved,
    proofBytes: proof.length,
    securityBits: securityBitsOf(proof),
  };
}

/** queries x log2(blowup) + proof of work, if the proof states its parameters. */
function securityBitsOf(proof: string): number {
  const read = (name: string) => new RegExp(`"${name}":(\\d+)`).exec(proof)?.[1];
  const [work, blowup, queries] = ['pow_bits', 'log_blowup_factor', 'n_queries'].map(read);
  if (work === undefined || blowup === undefined || queries === undefined)
    return USUAL_SECURITY_BITS;
  return Number(queries) * Number(blowup) + Number(work);
}
