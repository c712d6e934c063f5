import {
  type BlockProof,
  classFactsOf,
  encodeProofParts,
  type LayoutName,
  neededClasses,
  type PreparedPart,
  prepareBlock,
  type TraceShape,
  type VerifyReport,
  verifyBlock,
  verifyFiles,
} from '@stackctl/block-proof';
import type { RpcClient } from '@stackctl/rpc';
import { type Prover, prove, statementOf } from '@stackctl/stark';
import { type CairoTrace, StackError } from '@stackctl/types';
import type { ProvingPhase } from '../status.ts';
import type { ProvenBlock, ProverSettings } from './messages.ts';
import { type ChainClasses, readBundle } from './read-bundle.ts';
import { reexecute } from './reexecute.ts';
import { type ChainHeaders, collectWitness } from './storage-witness.ts';

/** What one proving thread has at hand. */
export interface ProvingContext {
  readonly rpc: RpcClient;
  readonly classes: ChainClasses;
  readonly headers: ChainHeaders;
  readonly settings: Pick<ProverSettings, 'chainId' | 'maxSteps'>;
  /** Proves on several threads; without it this one does. */
  readonly prover?: Pick<Prover, 'prove'> | undefined;
  readonly onPhase: (phase: ProvingPhase) => void;
}

/**
 * Proves one block:
 * 1. read it, with the state that it read, from the chain;
 * 2. execute it again, and compare with its header;
 * 3. collect what replaying it takes of its parent's state;
 * 4. link its calls into one run, or into several when one would be too long;
 * 5. prove each run;
 * 6. verify proofs and replay, as anybody else would.
 *
 * @throws StackError PROVER, VM, RPC_UNREACHABLE, RPC_ERROR
 */
export async function proveBlock(
  context: ProvingContext,
  job: { readonly block: number; readonly hash: string },
): Promise<ProvenBlock> {
  const { rpc, classes, settings, onPhase } = context;
  onPhase('read');
  const bundle = await readBundle(rpc, settings.chainId, job.block, job.hash);
  await classes.load(rpc, bundle);
  onPhase('execute');
  const executed = reexecute(bundle, classes.registry);
  onPhase('witness');
  const witness = await collectWitness(rpc, context.headers, bundle, executed, classes);
  onPhase('link');
  const prepared = prepareBlock(executed, (hash) => classes.registry.get(hash)?.casm, {
    maxSteps: settings.maxSteps,
    shapeOf,
  });
  onPhase('prove');
  const { proof, timings } = await proveParts(prepared.parts, context.prover);
  onPhase('verify');
  const files = { proof, publicInputs: prepared.publicInputs, witness };
  const needed = neededClasses(files, bundle.facts.transactions);
  const report = verifyBlock(files, bundle.facts, classFactsOf(classes, needed));
  return { ...provenOf(report, job, files), timings };
}

/** One file with the proofs of all parts, and what they took by phase. */
async function proveParts(parts: readonly PreparedPart[], prover: ProvingContext['prover']) {
  const timings: Record<string, number> = {};
  const proofs: Uint8Array[] = [];
  for (const { trace, context } of parts) {
    const proof =
      prover === undefined ? prove(trace, { context }) : await prover.prove(trace, { context });
    for (const [phase, ms] of Object.entries(proof.timings))
      timings[phase] = (timings[phase] ?? 0) + ms;
    proofs.push(proof.bytes);
  }
  return { proof: encodeProofParts(proofs), timings };
}

/** Verifies files against the job's block, as anybody else would; only a verified proof comes back. */
export async function verifyProven(
  { rpc, onPhase }: Pick<ProvingContext, 'rpc' | 'onPhase'>,
  job: { readonly block: number; readonly hash: string },
  files: BlockProof,
): Promise<ProvenBlock> {
  onPhase('verify');
  return provenOf(await verifyFiles(rpc, files, { number: job.block }), job, files);
}

function provenOf(
  report: VerifyReport,
  { hash }: { readonly hash: string },
  files: BlockProof,
): ProvenBlock {
  if (report.status !== 'verified' || report.blockHash !== hash)
    throw new StackError('PROVER', { reason: `the proof does not verify: ${report.reason}` });
  const { steps, securityBits, parts } = report;
  return { ...files, steps, securityBits, parts, timings: {} };
}

function shapeOf(trace: CairoTrace): TraceShape {
  const { layout, logSteps } = statementOf(trace, new Uint8Array(32));
  return { layout: layout as LayoutName, logSteps };
}
