import type { HomePaths } from '../home/paths.ts';
import { readRun } from '../home/run.ts';
import { WATCHER_PROVER } from '../plan/names.ts';
import { inspect, type Standing } from '../supervisor/inspect.ts';
import { overallOf, type ServiceState, type StackState } from '../supervisor/state.ts';
import type { ServiceView, StatusView } from '../view/status.ts';
import { type NamedUrl, readL2 } from './l2.ts';
import { readProver } from './prover.ts';

export function sequencersOf(state: StackState): NamedUrl[] {
  return state.services
    .filter(({ kind }) => kind === 'sequencer')
    .map(({ name, endpoints }) => ({ name, url: endpoints.rpc ?? '' }));
}

export function proverUrlOf(state: StackState): string | undefined {
  return state.services.find(({ name }) => name === WATCHER_PROVER)?.endpoints.http;
}

function overall(standing: Standing): StatusView['state'] {
  if (standing.kind === 'live') return overallOf(standing.state);
  if (standing.kind === 'none') return 'stopped';
  return 'lost';
}

function serviceView(service: ServiceState, alive: ReadonlySet<string> | undefined): ServiceView {
  const runs = alive === undefined || alive.has(service.name);
  return {
    name: service.name,
    kind: service.kind,
    status: runs ? service.status : 'stopped',
    pid: runs ? (service.process?.pid ?? null) : null,
    endpoints: service.endpoints,
    restarts: service.restarts,
    lastExit: service.lastExit ?? null,
  };
}

/** Everything that `status` shows: what the supervisor says, and what the services themselves say. */
export async function stackView(home: HomePaths): Promise<StatusView> {
  const standing = await inspect(home);
  const { state } = standing;
  // Of a dead supervisor's word only what is checked against the system counts.
  const alive =
    standing.kind === 'dead'
      ? new Set(standing.leftovers.map(({ name }) => name))
      : standing.kind === 'none'
        ? new Set<string>()
        : undefined;
  const live = state !== undefined && standing.kind !== 'none';
  const [l2, prover] = await Promise.all([
    readL2(live ? sequencersOf(state) : []),
    readProver(live ? proverUrlOf(state) : undefined),
  ]);
  return {
    runId: state?.runId ?? readRun(home)?.runId ?? null,
    runtime: 'process',
    state: overall(standing),
    services: (state?.services ?? []).map((service) => serviceView(service, alive)),
    l2,
    prover,
  };
}
