import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { atomicWriteSync, systemClock } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { Context } from '../context.ts';
import type { HomePaths } from '../home/paths.ts';
import type { Plan } from '../plan/types.ts';
import { asStackError } from '../supervisor/boot-failure.ts';
import { askSupervisor, watchState } from '../supervisor/control-client.ts';
import type { ServiceState, StackState } from '../supervisor/state.ts';
import { tailLines } from '../view/log-files.ts';

/** From the start of the supervisor's process to its socket. */
const SUPERVISOR_START_MS = 15_000;

/**
 * A stack that this process started and holds: it stops when this process dies, by whatever cause,
 * until `detach`.
 */
export class HeldStack {
  private readonly home: HomePaths;
  private readonly supervisor: ChildProcess;
  private readonly listeners = new Set<() => void>();
  private latest: StackState;
  private over = false;

  private constructor(home: HomePaths, supervisor: ChildProcess, first: StackState) {
    this.home = home;
    this.supervisor = supervisor;
    this.latest = first;
  }

  /** Starts a supervisor on a plan. Throws SERVICE_DIED when it does not come up. */
  static async start(context: Context, home: HomePaths, plan: Plan): Promise<HeldStack> {
    atomicWriteSync(home.plan, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
    mkdirSync(home.logs, { recursive: true });
    const logFile = home.log('supervisor');
    const log = openSync(logFile, 'a');
    const [program, ...flags] = context.node;
    const supervisor = spawn(
      program,
      [...flags, ...context.self, 'supervise', '--home', home.dir],
      { stdio: ['pipe', 'ignore', log], detached: true, env: { ...context.env } },
    );
    closeSync(log);
    supervisor.stdin?.on('error', () => {});
    let exit: string | undefined;
    supervisor.once('error', (error) => {
      exit = error.message;
    });
    supervisor.once('exit', (code, signal) => {
      exit = signal === null ? `exit code ${code}` : `signal ${signal}`;
    });

    const until = systemClock.monotonic() + SUPERVISOR_START_MS;
    for (;;) {
      const states = await watchState(home.socket);
      const iterator = states?.[Symbol.asyncIterator]();
      const first = await iterator?.next();
      if (iterator !== undefined && first?.done === false) {
        const stack = new HeldStack(home, supervisor, first.value);
        void stack.follow(iterator);
        return stack;
      }
      if (exit !== undefined || systemClock.monotonic() > until) {
        supervisor.kill('SIGKILL');
        throw new StackError('SERVICE_DIED', {
          service: 'supervisor',
          exit: exit ?? 'it did not open its socket in time',
          logTail: tailLines(logFile, 10).join('\n'),
        });
      }
      await systemClock.sleep(20);
    }
  }

  get state(): StackState {
    return this.latest;
  }

  /** Resolves when a service is healthy; throws what the boot failed with. */
  async healthy(name: string): Promise<ServiceState> {
    const service = await this.until((state) => {
      const found = state.services.find((one) => one.name === name);
      return found !== undefined && ['healthy', 'completed'].includes(found.status)
        ? found
        : undefined;
    });
    if (service === undefined) throw this.endedEarly();
    return service;
  }

  /** Resolves when the boot is over; throws what it failed with. */
  async running(): Promise<void> {
    const up = await this.until((state) => (state.phase === 'running' ? true : undefined));
    if (up === undefined) throw this.endedEarly();
  }

  /** Calls back after each change until the stack ends; resolves with its last state. */
  async ended(onChange: (state: StackState) => void): Promise<StackState> {
    await this.until((state) => {
      onChange(state);
      return undefined;
    });
    return this.latest;
  }

  /** From now on it outlives this process. */
  async detach(): Promise<void> {
    await askSupervisor(this.home.socket, { op: 'detach' });
    this.supervisor.unref();
    this.supervisor.stdin?.destroy();
  }

  /** What happened, as an error, when the stack is gone and should not be. */
  endedEarly(): StackError {
    const { failure, phase } = this.latest;
    if (failure !== undefined) return asStackError(failure);
    if (phase === 'stopped' || phase === 'stopping') {
      return new StackError('INTERRUPTED', { signal: 'stopped by another command' });
    }
    const logTail = tailLines(this.home.log('supervisor'), 10).join('\n');
    return new StackError('SERVICE_DIED', { service: 'supervisor', exit: 'it went away', logTail });
  }

  private async follow(states: AsyncIterator<StackState>): Promise<void> {
    try {
      for (;;) {
        const next = await states.next();
        if (next.done === true) break;
        this.latest = next.value;
        this.wake();
      }
    } finally {
      this.over = true;
      this.wake();
    }
  }

  private wake(): void {
    for (const look of this.listeners) look();
  }

  /** The first answer that a state gives; undefined when the stack fails or ends without one. */
  private until<T>(ask: (state: StackState) => T | undefined): Promise<T | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const answer = ask(this.latest);
        if (answer === undefined && !this.over && this.latest.phase !== 'failed') return;
        this.listeners.delete(look);
        resolve(answer);
      };
      this.listeners.add(look);
      look();
    });
  }
}
