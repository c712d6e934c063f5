import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Partially, StackConfig } from '@stackctl/config';
import { credentialsFromEnv } from '@stackctl/proof-store';
import { EXIT, exitCodeOf, systemClock } from '@stackctl/runtime';
import { stackView } from '../../chain/stack-view.ts';
import type { Context } from '../../context.ts';
import { type Lock, tryLock } from '../../home/lock.ts';
import type { HomePaths } from '../../home/paths.ts';
import { markBooted, openRun } from '../../home/run.ts';
import { askSupervisor } from '../../supervisor/control-client.ts';
import { endStack, inspect } from '../../supervisor/inspect.ts';
import type { StackState } from '../../supervisor/state.ts';
import { waitHealthy } from '../../supervisor/wait.ts';
import { orInterrupted, watchInterrupts } from '../../tasks/interrupt.ts';
import { progress } from '../../tasks/progress.ts';
import { renderBanner } from '../../view/banner.ts';
import { renderStatus } from '../../view/status.ts';
import { homeOf, proofsDirOf, type SettingsOptions, settings } from '../settings.ts';
import { reportFailure } from './failure.ts';
import { followServices } from './follow.ts';
import { type Booting, bootTasks } from './tasks.ts';
import { upView, wordingOf } from './view.ts';

export interface UpOptions extends SettingsOptions {
  readonly detach?: boolean;
  readonly validators?: number;
  readonly blockTime?: number;
  readonly artifacts?: readonly string[];
  readonly blockPerTransaction?: boolean;
  /** false: --no-client. */
  readonly client?: boolean;
  readonly json?: boolean;
}

function flagsOf(options: UpOptions): Partially<StackConfig> {
  return {
    ...(options.validators === undefined ? {} : { validators: options.validators }),
    ...(options.blockTime === undefined ? {} : { blockTimeMs: options.blockTime }),
    ...(options.artifacts === undefined ? {} : { artifacts: [...options.artifacts] }),
    ...(options.blockPerTransaction === true ? { blockMode: 'transaction' as const } : {}),
    ...(options.client === false ? { client: { enabled: false } } : {}),
  };
}

/** Folders of compiled contracts as services see them, who run elsewhere. */
function foldersOf(context: Context, { artifacts }: StackConfig): string[] {
  for (const folder of artifacts)
    if (!existsSync(folder))
      context.note(`${folder} is not there yet; it is looked into whenever a class is declared.`);
  return artifacts.map((folder) => resolve(folder));
}

/** One `up` at a time in a home: waits for another one, saying so. */
async function takeLock(context: Context, home: HomePaths, signal: AbortSignal): Promise<Lock> {
  for (let said = false; ; ) {
    const lock = tryLock(home.lock);
    if (!('heldBy' in lock)) return lock;
    if (!said) context.note(`Waiting for another stackctl (pid ${lock.heldBy}) to finish here.`);
    said = true;
    await systemClock.sleep(100, signal);
  }
}

/** Boots the stack, sends transactions, waits for proofs; attached, it stays until it is ended. */
export async function upAction(context: Context, options: UpOptions): Promise<number> {
  const begun = performance.now();
  const home = homeOf(context, options);
  const loaded = settings(context, options, flagsOf(options));
  const interrupt = watchInterrupts();
  let lock: Lock | undefined;
  const booting: Booting = {
    stack: undefined,
    report: null,
    readyMs: null,
    concerns: undefined,
  };
  try {
    lock = await takeLock(context, home, interrupt.signal);
    const already = await upAlready(context, home, options);
    if (already !== undefined) return already;

    const opened = openRun(home.dir, loaded, proofsDirOf(context, options, loaded.config));
    const { run } = opened;
    const config = { ...opened.config, artifacts: foldersOf(context, opened.config) };
    // Before anything starts: the prover would only die of it.
    if (run.proofStorage !== undefined) credentialsFromEnv(context.env);
    const inputs = { context, home, run, config, begun, signal: interrupt.signal };
    await progress<Booting>(
      context,
      options.json === true,
      bootTasks(inputs, () => {
        markBooted(home, run);
        lock?.release();
      }),
    ).run(booting);

    const { stack } = booting;
    if (stack === undefined) throw new RangeError('booted without a stack');
    const view = await upView(home, run, booting);
    if (options.json === true) context.print(JSON.stringify(view));
    else context.print(renderBanner(view, wordingOf(context, options), context.out));
    if (options.detach === true) {
      interrupt.signal.throwIfAborted();
      await stack.detach();
      return EXIT.ok;
    }
    const last = await orInterrupted(followServices(context, stack), interrupt.signal);
    if (last.phase !== 'stopped' && last.phase !== 'stopping') throw stack.endedEarly();
    context.note('The stack was stopped.');
    return EXIT.ok;
  } catch (error) {
    if (booting.stack === undefined && !interrupt.signal.aborted) throw error;
    // Until `up` has done its work the stack is its own: what failed leaves nothing running.
    const concerns = booting.stack?.state.failure?.service ?? booting.concerns;
    reportFailure(context, home, error, concerns);
    if (booting.stack !== undefined) await endStack(home);
    return exitCodeOf(error);
  } finally {
    lock?.release();
    interrupt.dispose();
  }
}

/** The exit code when there is a stack here that goes on; undefined when one must be booted. */
async function upAlready(
  context: Context,
  home: HomePaths,
  options: UpOptions,
): Promise<number | undefined> {
  const standing = await inspect(home);
  if (standing.kind === 'none') return undefined;
  if (standing.kind !== 'live' || standing.state.phase !== 'running') {
    context.note(unfinished(standing));
    await endStack(home);
    return undefined;
  }
  const failed = standing.state.services.filter(({ status }) => status === 'failed');
  for (const { name } of failed) {
    context.note(`${name} is down; starting it again.`);
    await askSupervisor(home.socket, { op: 'restart', service: name }, 10_000);
  }
  if (failed.length > 0) {
    await waitHealthy(
      home,
      failed.map(({ name }) => name),
      60_000,
    );
  }
  const view = await stackView(home);
  if (options.json === true) context.print(JSON.stringify(view));
  else {
    context.note('It is up already.');
    context.print(renderStatus(view, context.out));
  }
  return EXIT.ok;
}

function unfinished(standing: { kind: string; state?: StackState | undefined }): string {
  if (standing.kind === 'dead') return 'The last stack lost its supervisor; clearing what it left.';
  if (standing.kind === 'hung') return 'The supervisor does not answer; ending it.';
  return `The last stack is still ${standing.state?.phase}; ending it first.`;
}
