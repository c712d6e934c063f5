import {
  type BlockProof,
  encodeProofParts,
  type LayoutName,
  type PreparedPart,
  prepareBlock,
  type TraceShape,
  verifyFiles,
} from '@stackctl/block-proof';
import type { RpcClient } from '@stackctl/rpc';
import { type Prover, prove, statementOf } from '@stackctl/stark';
import { type CairoTrace, StackError } from '@stackctl/types';
import type { ProvingPhase } from '../status.ts';
import type { ProvenBlock, ProverSettings } from './messages.ts';
import { type ChainClasses, readBundle } from './read-bundle.ts';
import { type BlockBundle, reexecute } from './reexecute.ts';

/** What one proving thread has at hand. */
export interface ProvingContext {
  readonly rpc: RpcClient;
  readonly classes: ChainClasses;
  readonly settings: Pick<ProverSettings, 'chainId' | 'maxSteps'>;
  /** Proves on several threads; without it this one does. */
  readonly prover?: Pick<Prover, 'prove'> | undefined;
  readonly onPhase: (phase: ProvingPhase) => void;
}

/**
 * Proves one block:
 * 1. read it, with the state that it read, from the chain;
 * 2. execute it again, and compare with its header;
 * 3. link its calls into one run, or into several when one would be too long;
 * 4. prove each run;
 * 5. verify the proofs, as anybody else would.
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
  onPhase('link');
  const prepared = prepareBlock(executed, (hash) => classes.registry.get(hash)?.casm, {
    maxSteps: settings.maxSteps,
    shapeOf,
  });
  onPhase('prove');
  const { proof, timings } = await proveParts(prepared.parts, context.prover);
  const files = { proof, publicInputs: prepared.publicInputs };
  const proven = await verifyProven(context, job, files, bundle.facts);
  return { ...proven, timings };
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
  facts?: BlockBundle['facts'],
): Promise<ProvenBlock> {
  onPhase('verify');
  const report = await verifyFiles(rpc, files, { number: job.block }, facts);
  if (report.status !== 'verified' || report.blockHash !== job.hash)
    throw new StackError('PROVER', { reason: `the proof does not verify: ${report.reason}` });
  const { steps, securityBits, parts } = report;
  return { ...files, steps, securityBits, parts, timings: {} };
}

function shapeOf(trace: CairoTrace): TraceShape {
  const { layout, logSteps } = statementOf(trace, new Uint8Array(32));
  return { layout: layout as LayoutName, logSteps };
}
