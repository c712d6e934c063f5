import { readFile } from 'node:fs/promises';
import {
  type BlockProof,
  type VerifyReport,
  verifyFiles,
  verifyStored,
} from '@stackctl/block-proof';
import { openProofStore, type ProofStorage } from '@stackctl/proof-store';
import { createRpcClient, type RpcClient } from '@stackctl/rpc';
import { EXIT, reasonOf, systemCode } from '@stackctl/runtime';
import { isStackError, StackError } from '@stackctl/types';
import { sequencersOf } from '../../chain/stack-view.ts';
import type { Context } from '../../context.ts';
import type { HomePaths } from '../../home/paths.ts';
import { storageOf } from '../../home/storage.ts';
import { inspect } from '../../supervisor/inspect.ts';
import { homeOf, requireRun, type SettingsOptions } from '../settings.ts';

export interface VerifyOptions extends SettingsOptions {
  readonly rpc?: string;
  readonly proofs?: string;
  readonly json?: boolean;
}

/** Nothing is believed but the node that is asked for the block: not the prover, not its store. */
export async function verifyAction(
  context: Context,
  target: string,
  options: VerifyOptions,
): Promise<number> {
  const home = homeOf(context, options);
  const report = await verdict(context, home, target, options).catch((error: unknown) => {
    if (isStackError(error, 'USAGE') || isStackError(error, 'CONFIG_INVALID')) throw error;
    return outcome(error);
  });
  context.print(options.json === true ? JSON.stringify(report) : describe(report, context));
  return report.status === 'verified' ? EXIT.ok : EXIT.negative;
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

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new StackError('DISK', { path, reason: reasonOf(error) }, { cause: error });
  }
}

/** A proof and the public inputs beside it: `<name>-proof` and `<name>-public_inputs`. */
async function readFiles(path: string): Promise<BlockProof> {
  if (!path.endsWith('-proof')) {
    const reason = `${path}: expected the number of a block, or a file named <block hash>-proof`;
    throw new StackError('USAGE', { reason });
  }
  const inputs = `${path.slice(0, -'-proof'.length)}-public_inputs`;
  const [proof, publicInputs] = await Promise.all([readIfThere(path), readIfThere(inputs)]);
  if (proof === undefined) throw new StackError('DISK', { path, reason: 'no such file' });
  if (publicInputs === undefined) {
    throw new StackError('DISK', { path: inputs, reason: 'no such file' });
  }
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
    securityBits: 0,
    ms: 0,
    reason: error.message,
    coverage: 0,
    steps: 0,
  };
}

function describe(report: VerifyReport, { out }: Context): string {
  const { status, block, blockHash, securityBits, ms, reason, coverage, steps } = report;
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
  const share = (coverage * 100).toFixed(1);
  return `${head}: ${steps} steps, coverage ${share} %, ${securityBits} bits, checked in ${ms} ms`;
}
