import type { ServicePlan } from '../plan/types.ts';
import type { Unit } from '../runner/runner.ts';
import type { ServiceState, ServiceStatus } from './state.ts';

/** One service while it is supervised; times in milliseconds of the monotonic clock. */
export interface Service {
  readonly plan: ServicePlan;
  status: ServiceStatus;
  unit: Unit | undefined;
  /** Counts starts: a late answer about an earlier process is not taken for the present one. */
  generation: number;
  restarts: number;
  /** Deaths in a row without a steady while between them. */
  strikes: number;
  healthySince: number | undefined;
  startedAt: number;
  readyMs: number | undefined;
  lastExit: string | undefined;
}

export function newService(plan: ServicePlan): Service {
  return {
    plan,
    status: 'waiting',
    unit: undefined,
    generation: 0,
    restarts: 0,
    strikes: 0,
    healthySince: undefined,
    startedAt: 0,
    readyMs: undefined,
    lastExit: undefined,
  };
}

/** What others see of it. */
export function serviceState(service: Service): ServiceState {
  const { plan, status, unit, restarts, lastExit, readyMs } = service;
  return {
    name: plan.name,
    kind: plan.kind,
    status,
    ...(unit?.identity === undefined ? {} : { process: unit.identity }),
    restarts,
    endpoints: plan.endpoints,
    ports: plan.ports,
    ...(lastExit === undefined ? {} : { lastExit }),
    ...(readyMs === undefined ? {} : { readyMs }),
  };
}
