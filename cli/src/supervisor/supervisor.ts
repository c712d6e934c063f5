import {
  backoffMs,
  type Clock,
  EXIT,
  type Logger,
  type ProcessIdentity,
  systemClock,
} from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import { waves } from '../plan/graph.ts';
import type { Condition, Plan, Probe } from '../plan/types.ts';
import { describeExit, type Exit, type Runner, type Unit } from '../runner/runner.ts';
import { failureOf, timeoutOf } from './boot-failure.ts';
import { POLICY, type Policy } from './policy.ts';
import { FAULTS, type Fault } from './protocol.ts';
import { newService, type Service, serviceState } from './service.ts';
import type { BootFailure, Phase, ServiceStatus, StackState } from './state.ts';

export interface SupervisorOptions {
  readonly plan: Plan;
  readonly runner: Runner;
  readonly log: Logger;
  /** This process. */
  readonly identity: ProcessIdentity;
  readonly logFile: (service: string) => string;
  readonly tail: (service: string) => readonly string[];
  readonly probe: (target: Probe, timeoutMs: number) => Promise<boolean>;
  readonly clock?: Clock;
  readonly policy?: Partial<Policy>;
  readonly onChange: (state: StackState) => void;
}

/**
 * Owns the services of one stack: starts them as their dependencies allow, watches their health,
 * starts again what dies, stops them all. Time, processes and probes come from outside.
 */
export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly clock: Clock;
  private readonly policy: Policy;
  private readonly services: Map<string, Service>;
  private readonly startedAt: string;
  private readonly listeners = new Set<() => void>();
  private phase: Phase = 'starting';
  private failure: BootFailure | undefined;
  private isAttached = true;
  private readonly ending = new AbortController();
  private stopped: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    waves(options.plan.services); // a plan with a mistake is refused before anything runs
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.policy = { ...POLICY, ...options.policy };
    this.startedAt = new Date(this.clock.now()).toISOString();
    this.services = new Map(options.plan.services.map((plan) => [plan.name, newService(plan)]));
  }

  state(): StackState {
    return {
      version: 1,
      runId: this.options.plan.runId,
      runtime: this.options.plan.runtime,
      phase: this.phase,
      supervisor: this.options.identity,
      attached: this.isAttached,
      startedAt: this.startedAt,
      services: [...this.services.values()].map(serviceState),
      ...(this.failure === undefined ? {} : { failure: this.failure }),
    };
  }

  get attached(): boolean {
    return this.isAttached;
  }

  /** From now on the stack outlives the `up` that started it. */
  detach(): void {
    this.isAttached = false;
    this.changed();
  }

  /** Brings all services up; undefined, or why it could not be. Then everything has been stopped. */
  async boot(): Promise<BootFailure | undefined> {
    this.changed();
    const deadline = this.clock.monotonic() + this.options.plan.bootTimeoutMs;
    await Promise.all([...this.services.values()].map((service) => this.bring(service, deadline)));
    if (this.failure !== undefined) {
      await this.stop('failed');
      return this.failure;
    }
    if (this.phase === 'starting') this.setPhase('running');
    return undefined;
  }

  /** Stops everything; idempotent. Resolves when no process is left. */
  stop(as: 'stopped' | 'failed' = 'stopped'): Promise<void> {
    this.stopped ??= this.stopAll(as);
    return this.stopped;
  }

  /** Stops and starts one service, whatever state it is in. USAGE for a name that is not planned. */
  async restart(name: string): Promise<void> {
    const service = this.running(name);
    service.strikes = 0;
    const { unit } = service;
    service.generation++; // what happens to the old process is no death any more
    if (unit !== undefined) await this.end(unit);
    service.unit = undefined;
    service.restarts++;
    this.launch(service);
  }

  /** Makes a fault on purpose. USAGE for a name that is not planned, a service that has no process, or no fault. */
  disturb(name: string, fault: Fault): void {
    const { unit } = this.running(name);
    if (unit === undefined) throw new StackError('USAGE', { reason: `${name} has no process` });
    if (!FAULTS.includes(fault))
      throw new StackError('USAGE', { reason: `no such fault; there are ${FAULTS.join(', ')}` });
    this.options.log.info('disturbed', { name, fault });
    unit[fault]();
  }

  private running(name: string): Service {
    const service = this.services.get(name);
    if (service === undefined) {
      const reason = `no service ${name}; there are ${[...this.services.keys()].join(', ')}`;
      throw new StackError('USAGE', { reason });
    }
    if (this.phase !== 'running') {
      throw new StackError('USAGE', { reason: `the stack is ${this.phase}` });
    }
    return service;
  }

  private async bring(service: Service, deadline: number): Promise<void> {
    for (const [name, condition] of Object.entries(service.plan.dependsOn)) {
      await this.until(() => this.holds(name, condition));
    }
    if (this.ending.signal.aborted) return;
    this.launch(service);
    const settled = () => ['healthy', 'completed', 'failed', 'stopped'].includes(service.status);
    const timer = new AbortController();
    void this.clock.sleep(deadline - this.clock.monotonic(), timer.signal).then(
      () => {
        const seconds = this.options.plan.bootTimeoutMs / 1_000;
        this.fail(timeoutOf(service.plan.name, 'to become healthy', seconds));
      },
      () => {},
    );
    await this.until(settled);
    timer.abort();
  }

  private holds(name: string, condition: Condition): boolean {
    const status = this.services.get(name)?.status;
    if (condition === 'started') return status !== 'waiting';
    if (condition === 'completed') return status === 'completed';
    return status === 'healthy' || status === 'completed';
  }

  private launch(service: Service): void {
    const { plan } = service;
    const generation = ++service.generation;
    const unit = this.options.runner.start(plan, this.options.logFile(plan.name));
    service.unit = unit;
    service.startedAt = this.clock.monotonic();
    service.healthySince = undefined;
    service.status = 'starting';
    this.options.log.info('started', { name: plan.name, pid: unit.identity?.pid });
    this.changed();
    void unit.exited.then((exit) => {
      unit.kill(); // whatever it started and left behind
      if (service.generation === generation) this.died(service, exit);
    });
    void this.watch(service, generation);
  }

  /** Follows the health of one process until it is replaced or the stack ends. */
  private async watch(service: Service, generation: number): Promise<void> {
    const { probe } = service.plan;
    const current = () => service.generation === generation && !this.ending.signal.aborted;
    if (service.plan.oneShot === true) return;
    let misses = 0;
    while (current()) {
      const well =
        probe === undefined || (await this.options.probe(probe, this.policy.probeTimeoutMs));
      if (!current()) return;
      misses = well ? 0 : misses + 1;
      if (well && service.status !== 'healthy') this.becameHealthy(service);
      if (service.status === 'healthy' && misses >= this.policy.misses) {
        this.options.log.warn('unhealthy', { name: service.plan.name });
        service.status = 'unhealthy';
        this.changed();
      }
      const { startProbeMs, healthProbeMs } = this.policy;
      await this.pause(service.status === 'starting' ? startProbeMs : healthProbeMs);
    }
  }

  private becameHealthy(service: Service): void {
    const now = this.clock.monotonic();
    service.status = 'healthy';
    service.healthySince = now;
    service.readyMs ??= Math.round(now - service.startedAt);
    this.options.log.info('healthy', {
      name: service.plan.name,
      ms: Math.round(now - service.startedAt),
    });
    this.changed();
  }

  private died(service: Service, exit: Exit): void {
    const { name } = service.plan;
    service.generation++; // nobody watches its health any more
    service.unit = undefined;
    service.lastExit = describeExit(exit);
    service.status = this.afterDeath(service, exit);
    if (service.status === 'restarting' || service.status === 'failed') {
      const { status, strikes, lastExit } = service;
      this.options.log.error('died', { name, exit: lastExit, status, strikes });
    }
    this.changed();
    if (service.status === 'restarting') void this.startAgain(service, service.generation);
    if (service.status === 'failed' && this.phase === 'starting') {
      this.fail(failureOf(name, exit, this.options.tail(name)));
    }
  }

  /**
   * What a death means:
   *   the stack ends                              stopped
   *   a job that exits 0                          completed
   *   while the stack boots                       failed: it is not up, and `up` says why
   *   exit 2 (configuration, stale data)          failed: no restart cures that
   *   too often without a steady while between    failed
   *   else                                        restarting
   */
  private afterDeath(service: Service, exit: Exit): ServiceStatus {
    if (this.ending.signal.aborted) return 'stopped';
    if (service.plan.oneShot === true && exit.code === 0) return 'completed';
    if (this.phase === 'starting' || exit.code === EXIT.config) return 'failed';
    const steady =
      service.healthySince !== undefined &&
      this.clock.monotonic() - service.healthySince >= this.policy.steadyMs;
    service.strikes = steady ? 1 : service.strikes + 1;
    return service.strikes > this.policy.restartLimit ? 'failed' : 'restarting';
  }

  private async startAgain(service: Service, generation: number): Promise<void> {
    await this.pause(backoffMs(service.strikes - 1, this.policy.backoff));
    if (service.generation !== generation || this.ending.signal.aborted) return;
    service.restarts++;
    this.launch(service);
  }

  private fail(failure: BootFailure): void {
    if (this.failure !== undefined || this.ending.signal.aborted) return;
    this.failure = failure;
    this.options.log.error('boot failed', { ...failure });
    this.changed();
    void this.stop('failed');
  }

  private async stopAll(as: 'stopped' | 'failed'): Promise<void> {
    this.setPhase('stopping');
    this.ending.abort();
    this.changed();
    await Promise.all(
      [...this.services.values()].map(async (service) => {
        const { unit } = service;
        if (unit !== undefined) await this.end(unit);
        service.unit = undefined;
        if (service.status !== 'failed' && service.status !== 'completed') {
          service.status = 'stopped';
        }
      }),
    );
    this.setPhase(as);
  }

  private async end(unit: Unit): Promise<void> {
    unit.terminate();
    const grace = new AbortController();
    const timer = this.clock.sleep(this.policy.stopGraceMs, grace.signal).then(
      () => unit.kill(),
      () => {},
    );
    await unit.exited;
    grace.abort();
    await timer;
    unit.kill(); // its group: whatever it left behind
  }

  /** A sleep that ends early, without an error, when the stack ends. */
  private async pause(ms: number): Promise<void> {
    await this.clock.sleep(ms, this.ending.signal).catch(() => {});
  }

  /** Resolves when the condition holds, or when the stack ends. */
  private until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition() && !this.ending.signal.aborted) return;
        this.listeners.delete(look);
        resolve();
      };
      this.listeners.add(look);
      look();
    });
  }

  private setPhase(phase: Phase): void {
    this.phase = phase;
    this.changed();
  }

  private changed(): void {
    for (const look of this.listeners) look();
    this.options.onChange(this.state());
  }
}
