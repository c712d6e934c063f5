import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import {
  atomicWrite,
  createLogger,
  EXIT,
  exitCodeOf,
  processIdentity,
  readJson,
  reasonOf,
} from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import { homePaths } from '../home/paths.ts';
import type { Plan } from '../plan/types.ts';
import { processRunner } from '../runner/process-runner.ts';
import { tailLines } from '../view/log-files.ts';
import { asStackError } from './boot-failure.ts';
import { type ControlServer, serveControl } from './control-server.ts';
import { probe } from './probe.ts';
import type { StackState } from './state.ts';
import { Supervisor } from './supervisor.ts';

/** Writes the newest state, one write at a time; states in between may be skipped. */
function stateWriter(path: string) {
  let newest: StackState | undefined;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (newest !== undefined) {
      const state = newest;
      newest = undefined;
      await atomicWrite(path, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    }
  };
  return {
    write(state: StackState): void {
      newest = state;
      running ??= run().finally(() => {
        running = undefined;
      });
      running.catch(() => {}); // reported by `flush`
    },
    flush: () => running ?? Promise.resolve(),
  };
}

/** The logs of the boot before this one stay beside the new ones. */
function turnLogs(files: readonly string[]): void {
  for (const file of files) {
    if (existsSync(file) && statSync(file).size > 0) renameSync(file, `${file}.1`);
  }
}

/**
 * The supervisor's process: runs the plan of a home until it is told to stop (control socket,
 * SIGTERM) or, while attached, until its stdin ends because `up` died. Its log is its stderr.
 * Returns the exit code: 0, or the boot failure's.
 */
export async function supervise(homeDir: string): Promise<number> {
  const log = createLogger('supervisor');
  const home = homePaths(homeDir);
  const plan = readJson<Plan>(home.plan);
  if (plan === undefined) throw new StackError('NOT_RUNNING', { home: home.dir });
  const identity = processIdentity(process.pid);
  if (identity === undefined)
    throw new StackError('USAGE', { reason: 'cannot read process times' });

  mkdirSync(home.logs, { recursive: true });
  turnLogs(plan.services.map(({ name }) => home.log(name)));
  const writer = stateWriter(home.state);
  let control: ControlServer | undefined;
  const supervisor = new Supervisor({
    plan,
    runner: processRunner,
    log,
    identity,
    probe,
    logFile: (service) => home.log(service),
    tail: (service) => tailLines(home.log(service), 20),
    onChange: (state) => {
      writer.write(state);
      control?.publish(state);
    },
  });

  let ended = (): void => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const stop = async (reason: string): Promise<void> => {
    log.info('stopping', { reason });
    await supervisor.stop();
    ended();
  };
  process.on('uncaughtException', (error) => {
    log.fatal(reasonOf(error), { error });
    void stop('internal error'); // nothing is left behind, whatever went wrong here
  });
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGHUP', () => {}); // whose terminal closes is no matter; stdin tells when `up` dies
  process.stdin.on('error', () => {});
  process.stdin.on('close', () => {
    if (supervisor.attached) void stop('up ended');
  });
  process.stdin.resume();

  try {
    control = await serveControl(home.socket, {
      state: () => supervisor.state(),
      stop: () => stop('asked to'),
      restart: (service) => supervisor.restart(service),
      disturb: (service, fault) => supervisor.disturb(service, fault),
      detach: () => supervisor.detach(),
    });
    const failure = await supervisor.boot();
    if (failure !== undefined) return exitCodeOf(asStackError(failure));
    await end;
    return EXIT.ok;
  } catch (error) {
    log.fatal(reasonOf(error), { error });
    await supervisor.stop('failed');
    return exitCodeOf(error);
  } finally {
    await writer.flush().catch((error: unknown) => log.error('state not written', { error }));
    await control?.close();
    process.stdin.destroy();
  }
}
