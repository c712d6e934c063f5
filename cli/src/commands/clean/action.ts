import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { storageName } from '@stackctl/proof-store';
import { EXIT, systemCode } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import { tryLock } from '../../home/lock.ts';
import type { HomePaths } from '../../home/paths.ts';
import { readRun } from '../../home/run.ts';
import { endStack } from '../../supervisor/inspect.ts';
import { homeOf, proofsDirOf, type SettingsOptions, settings } from '../settings.ts';

/** What a run puts into its home. Only these are deleted: the folder may be somebody's own. */
const OURS =
  /^(l1|sequencer-\d+|watcher-prover|explorer|keys|declared|logs|(run|genesis|accounts|plan|state)\.json|control\.sock|lock)$/;
/** Names of the proof store; nothing else in its folder is touched. */
const PROOF = /^(0x[0-9a-fA-F]+-(proof|public_inputs|witness)|\.0x[0-9a-fA-F]+-\w+\.\w+\.tmp)$/;

function removeMatching(folder: string, pattern: RegExp): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (pattern.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
  try {
    rmdirSync(folder);
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY') throw error; // something of the user's stays
  }
}

/** The proofs folder of the run; of the configuration when the run's record is gone or broken. */
function proofsFolder(context: Context, options: SettingsOptions, home: HomePaths): string {
  try {
    const run = readRun(home);
    if (run !== undefined) return run.proofsDir;
  } catch {
    // a broken record is a reason to clean
  }
  return proofsDirOf(context, options, settings(context, options).config);
}

/** What others may read, or have paid for, is not ours to delete. */
function noteRemote(context: Context, home: HomePaths): void {
  try {
    const storage = readRun(home)?.proofStorage;
    if (storage !== undefined) context.note(`Proofs in ${storageName(storage)} stay there.`);
  } catch {
    // a broken record says nothing
  }
}

export async function cleanAction(context: Context, options: SettingsOptions): Promise<number> {
  const home = homeOf(context, options);
  if (existsSync(home.dir)) {
    const stopped = await endStack(home);
    if (stopped) context.note('Stopped.');
    const lock = tryLock(home.lock);
    if ('heldBy' in lock) {
      const reason = `another stackctl (pid ${lock.heldBy}) is at work in ${home.dir}`;
      throw new StackError('USAGE', { reason });
    }
    removeMatching(proofsFolder(context, options, home), PROOF);
    noteRemote(context, home);
    rmSync(home.socket, { force: true });
    removeMatching(home.dir, OURS);
  }
  context.note(`Clean: ${home.dir}`);
  return EXIT.ok;
}
