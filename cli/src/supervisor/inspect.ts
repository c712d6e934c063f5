import { rmSync } from 'node:fs';
import {
  atomicWriteSync,
  type ProcessIdentity,
  processAlive,
  readJson,
  sendSignal,
  systemClock,
} from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import type { HomePaths } from '../home/paths.ts';
import { askSupervisor } from './control-client.ts';
import type { StackState } from './state.ts';

/**
 * What stands in a home. live: its supervisor answers. hung: it runs and does not answer. dead: it is
 * gone without a word; `leftovers` are services of it that still run. none: nothing runs.
 */
export type Standing =
  | { readonly kind: 'live'; readonly state: StackState }
  | { readonly kind: 'hung'; readonly state: StackState }
  | {
      readonly kind: 'dead';
      readonly state: StackState;
      readonly leftovers: readonly { readonly name: string; readonly process: ProcessIdentity }[];
    }
  | { readonly kind: 'none'; readonly state: StackState | undefined };

function readState(home: HomePaths): StackState | undefined {
  try {
    return readJson<StackState>(home.state);
  } catch (error) {
    if (isStackError(error, 'STORE_CORRUPT')) return undefined; // not ours: nothing it says counts
    throw error;
  }
}

export async function inspect(home: HomePaths): Promise<Standing> {
  const answer = await askSupervisor(home.socket, { op: 'state' });
  if (answer !== undefined) return { kind: 'live', state: answer };
  const state = readState(home);
  if (state === undefined) return { kind: 'none', state };
  if (processAlive(state.supervisor)) return { kind: 'hung', state };
  const leftovers = state.services.flatMap(({ name, process }) =>
    process !== undefined && processAlive(process) ? [{ name, process }] : [],
  );
  const ended = state.phase === 'stopped' || state.phase === 'failed';
  if (leftovers.length === 0 && ended) return { kind: 'none', state };
  return { kind: 'dead', state, leftovers };
}

async function gone(processes: readonly ProcessIdentity[], withinMs: number): Promise<boolean> {
  const until = systemClock.monotonic() + withinMs;
  while (processes.some(processAlive)) {
    if (systemClock.monotonic() >= until) return false;
    await systemClock.sleep(25);
  }
  return true;
}

/**
 * Ends whatever runs in a home, by the gentlest means that works: the supervisor stops its services
 * when asked; then SIGTERM; then SIGKILL for it and for each of its services' groups. Returns whether
 * there was anything to end.
 */
export async function endStack(home: HomePaths): Promise<boolean> {
  const standing = await inspect(home);
  if (standing.kind === 'none') return false;
  const { state } = standing;
  const services = state.services.flatMap(({ process }) =>
    process === undefined ? [] : [process],
  );
  const all = [state.supervisor, ...services];

  if (standing.kind === 'live') await askSupervisor(home.socket, { op: 'stop' }, 10_000);
  if (processAlive(state.supervisor) && !(await gone(all, 5_000))) {
    sendSignal(state.supervisor.pid, 'SIGTERM');
  }
  // A dead supervisor's services are stopping already: the pipe that held them has ended.
  if (!(await gone(all, 3_000))) {
    for (const one of all) {
      if (!processAlive(one)) continue;
      if (one !== state.supervisor) sendSignal(-one.pid, 'SIGKILL');
      sendSignal(one.pid, 'SIGKILL');
    }
    await gone(all, 2_000);
  }
  rmSync(home.socket, { force: true });
  markStopped(home, state);
  return true;
}

/** What the supervisor would have written, had it been able to. */
function markStopped(home: HomePaths, known: StackState): void {
  const state = readState(home) ?? known;
  if (state.phase === 'stopped' || state.phase === 'failed') return; // it was able to
  const services = state.services.map(({ process: _process, ...service }) => ({
    ...service,
    status: 'stopped' as const,
  }));
  const phase = state.failure === undefined ? 'stopped' : 'failed';
  const stopped: StackState = { ...state, phase, services };
  atomicWriteSync(home.state, `${JSON.stringify(stopped, null, 2)}\n`, { mode: 0o600 });
}
