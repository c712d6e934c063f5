import {
  type BlockProof,
  NOTHING_VERIFIED,
  type VerifyReport,
  verifyFiles,
  verifyStored,
} from '@stackctl/block-proof';
import { isProgramProof, type ProgramReport, verifyProgramProof } from '@stackctl/program-proof';
import { openProofStore, type ProofStorage } from '@stackctl/proof-store';
import { createRpcClient, type RpcClient } from '@stackctl/rpc';
import { EXIT } from '@stackctl/runtime';
import { isStackError, StackError } from '@stackctl/types';
import { sequencersOf } from '../../chain/stack-view.ts';
import type { Context } from '../../context.ts';
import { readIfThere, readNamed, readNamedJson } from '../../files.ts';
import type { HomePaths } from '../../home/paths.ts';
import { storageOf } from '../../home/storage.ts';
import { inspect } from '../../supervisor/inspect.ts';
import { renderProgramReport } from '../../view/program-proof.ts';
import { homeOf, requireRun, type SettingsOptions } from '../settings.ts';

export interface VerifyOptions extends SettingsOptions {
  readonly rpc?: string;
  readonly proofs?: string;
  readonly program?: string;
  readonly json?: boolean;
}

/** Nothing is believed but the node that is asked for the block: not the prover, not its store. */
export async function verifyAction(
  context: Context,
  target: string,
  options: VerifyOptions,
): Promise<number> {
  const program = /^\d+$/.test(target) ? undefined : await readIfThere(target);
  if (program !== undefined && isProgramProof(program)) {
    const report = await programVerdict(program, options);
    context.print(
      options.json === true ? JSON.stringify(report) : renderProgramReport(report, context.out),
    );
    return report.status === 'verified' ? EXIT.ok : EXIT.negative;
  }
  if (options.program !== undefined) {
    throw new StackError('USAGE', { reason: `--program: ${target} is no proof of a program` });
  }
  const home = homeOf(context, options);
  const report = await verdict(context, home, target, options).catch((error: unknown) => {
    if (isStackError(error, 'USAGE') || isStackError(error, 'CONFIG_INVALID')) throw error;
    return outcome(error);
  });
  context.print(options.json === true ? JSON.stringify(report) : describe(report, context));
  return report.status === 'verified' ? EXIT.ok : EXIT.negative;
}

/** A program's proof says itself what it is about; --program says what it should be about. */
async function programVerdict(file: Uint8Array, options: VerifyOptions): Promise<ProgramReport> {
  const report = verifyProgramProof(file);
  if (options.program === undefined || report.status === 'failed') return report;
  const { programHashOf } = await import('@stackctl/program-proof/prover');
  const wanted = programHashOf(await readNamedJson(options.program));
  if (wanted === report.program) return report;
  const reason = `the proof is of another program; ${options.program} is ${wanted}`;
  return { ...report, status: 'failed', output: [], reason };
}

async function verdict(
  { env }: Context,
  home: HomePaths,
  target: string,
  options: VerifyOptions,
): Promise<VerifyReport> {
  if (!/^\d+$/.test(target)) {
    const files = await readFiles(target);
    return verifyFiles(await nodes(home, options), files);
  }
  const storage: ProofStorage =
    options.proofs === undefined
      ? storageOf(requireRun(home))
      : { kind: 'local', folder: options.proofs };
  const store = await openProofStore(storage, env);
  return verifyStored(await nodes(home, options), store, { number: Number(target) });
}

async function nodes(home: HomePaths, options: VerifyOptions): Promise<RpcClient> {
  if (options.rpc !== undefined) return createRpcClient(options.rpc.split(','));
  const standing = await inspect(home);
  if (standing.kind === 'none') throw new StackError('NOT_RUNNING', { home: home.dir });
  return createRpcClient(sequencersOf(standing.state).map(({ url }) => url));
}

/** A proof and the public inputs beside it: `<name>-proof` and `<name>-public_inputs`. */
async function readFiles(path: string): Promise<BlockProof> {
  if (!path.endsWith('-proof')) {
    const reason = `${path}: expected the number of a block, a file named <block hash>-proof, or the proof of a program`;
    throw new StackError('USAGE', { reason });
  }
  const inputs = `${path.slice(0, -'-proof'.length)}-public_inputs`;
  const [proof, publicInputs] = await Promise.all([readNamed(path), readNamed(inputs)]);
  return { proof, publicInputs };
}

/** What could not be judged, or names no block at all, as a report. */
function outcome(error: unknown): VerifyReport {
  const failed = isStackError(error, 'PROOF_REJECTED');
  if (!isStackError(error)) throw error;
  return {
    status: failed ? 'failed' : 'unavailable',
    block: null,
    blockHash: null,
    ...NOTHING_VERIFIED,
    ms: 0,
    reason: error.message,
  };
}

function describe(report: VerifyReport, { out }: Context): string {
  const { status, block, blockHash, securityBits, ms, reason, steps, parts } = report;
  const colour = {
    verified: out.green,
    failed: out.red,
    pending: out.yellow,
    unavailable: out.yellow,
  };
  const hash = blockHash === null ? '' : ` (${blockHash})`;
  const which = block === null ? '' : ` block ${block}${hash}`;
  const head = `${colour[status](status)}${which}`;
  if (status !== 'verified') return `${head}: ${reason}`;
  const proofs = parts === 1 ? '' : ` in ${parts} parts`;
  const lines = [`${head}: ${steps} steps${proofs}, ${securityBits} bits, checked in ${ms} ms`];
  const { stopped, unvalidated } = report;
  if (stopped.length > 0)
    lines.push(
      `  accepted as reverted, stopped by the machine: transactions ${stopped.join(', ')}`,
    );
  if (unvalidated.length > 0)
    lines.push(`  not asked of their accounts: transactions ${unvalidated.join(', ')}`);
  return lines.join('\n');
}
