import type { StackConfig } from '@stackctl/config';
import { waitUntil } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import type { ListrTask } from 'listr2';
import { readL2 } from '../../chain/l2.ts';
import { readProver } from '../../chain/prover.ts';
import { proverUrlOf, sequencersOf } from '../../chain/stack-view.ts';
import { baseEnv, type Context } from '../../context.ts';
import type { HomePaths } from '../../home/paths.ts';
import type { Run } from '../../home/run.ts';
import { sequencerName, WATCHER_PROVER } from '../../plan/names.ts';
import { buildPlan } from '../../plan/plan.ts';
import { allocatePorts } from '../../plan/ports.ts';
import { endStack } from '../../supervisor/inspect.ts';
import { type ClientReport, runClient } from '../../tasks/client.ts';
import { orInterrupted } from '../../tasks/interrupt.ts';
import { waitProven } from '../../tasks/proofs.ts';
import { HeldStack } from '../../tasks/stack.ts';
import { environmentOf } from '../../view/environment.ts';
import { renderFailing } from '../../view/status.ts';

/** What the tasks hand on. */
export interface Booting {
  stack: HeldStack | undefined;
  report: ClientReport | null;
  /** From the command to the first block, milliseconds. */
  readyMs: number | null;
  /** Whose log tells most when the present task fails. */
  concerns: string | undefined;
}

export interface BootInputs {
  readonly context: Context;
  readonly home: HomePaths;
  readonly run: Run;
  readonly config: StackConfig;
  /** performance.now() when the command began. */
  readonly begun: number;
  readonly signal: AbortSignal;
}

/** Boots whose planned port was taken between the look and the start are planned anew. */
const PORT_ATTEMPTS = 3;

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

async function start(inputs: BootInputs): Promise<HeldStack> {
  const { context, home, run, config } = inputs;
  const plan = buildPlan({
    config,
    run,
    home: home.dir,
    ports: await allocatePorts(config),
    servicesDir: context.servicesDir,
    node: context.node,
    baseEnv: baseEnv(context),
  });
  return HeldStack.start(context, home, plan);
}

/** Starts the stack and waits for all its services; again with other ports when one was snatched. */
async function boot(
  inputs: BootInputs,
  state: Booting,
  onStart: (stack: HeldStack) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const stack = await start(inputs);
    state.stack = stack;
    onStart(stack);
    try {
      return await orInterrupted(stack.running(), inputs.signal);
    } catch (error) {
      const again =
        isStackError(error, 'PORT_TAKEN') && !inputs.config.ports.strict && attempt < PORT_ATTEMPTS;
      if (!again) throw error;
      await endStack(inputs.home);
    }
  }
}

/** The tasks of `up`; `onReady` is called once the first block stands. */
export function bootTasks(inputs: BootInputs, onReady: () => void): ListrTask<Booting>[] {
  const { config, context, home, run, signal } = inputs;
  const counts = (stack: HeldStack) => {
    const { services } = stack.state;
    const well = services.filter(({ status }) => status === 'healthy').map(({ name }) => name);
    const waiting = services.filter(({ status }) => status !== 'healthy').map(({ name }) => name);
    return { well, waiting, all: services.length };
  };

  return [
    {
      title: 'Services',
      task: async (state, task) => {
        await boot(inputs, state, (stack) => {
          void stack.ended(() => {
            const { well, waiting, all } = counts(stack);
            if (stack.state.phase !== 'starting' || waiting.length === 0) return;
            task.title = `Services: ${well.length} of ${all} healthy, waiting for ${waiting.join(', ')}`;
          });
        });
        task.title = `Services: ${state.stack?.state.services.length} healthy (${seconds(performance.now() - inputs.begun)})`;
      },
    },
    {
      title: 'Chain: waiting for the first block',
      task: async (state, task) => {
        state.concerns = sequencerName(0);
        const nodes = state.stack === undefined ? [] : sequencersOf(state.stack.state);
        const height = await waitUntil(
          async () => {
            const l2 = await readL2(nodes);
            return (l2.height ?? 0) >= 1 ? l2.height : undefined;
          },
          {
            waitingFor: 'the first block',
            deadlineMs: config.timeouts.boot * 1_000,
            intervalMs: 100,
            signal,
          },
        );
        state.readyMs = Math.round(performance.now() - inputs.begun);
        task.title = `Chain: block ${height} (${seconds(state.readyMs)} after the start)`;
        onReady();
      },
    },
    {
      title: 'Client',
      enabled: () => config.client.enabled,
      task: async (state, task) => {
        const { stack } = state;
        if (stack === undefined) return;
        state.concerns = undefined; // the client says itself what ails it
        const { rate, duration, seed } = config.client;
        const mix = Object.entries(config.client.mix)
          .map(([kind, weight]) => `${kind}=${weight}`)
          .join(',');
        task.title = `Client: ${rate} transactions/s for ${duration} s`;
        const client = runClient(context, environmentOf(home, run, stack.state), {
          rate,
          duration,
          mix,
          seed,
        });
        const report = await client.collect((line) => {
          task.title = `Client: ${line}`;
        }, signal);
        state.report = report;
        task.title = `Client: ${report.sent} sent, ${report.included} included, ${report.tps}/s, p50 ${report.latencyMs.p50} ms`;
      },
    },
    {
      title: 'Proofs',
      enabled: () => config.client.enabled,
      task: async (state, task) => {
        const { stack } = state;
        if (stack === undefined) return;
        state.concerns = WATCHER_PROVER;
        const { height } = await readL2(sequencersOf(stack.state));
        const target = height ?? 1;
        const url = proverUrlOf(stack.state);
        const view = await waitProven({
          target,
          patienceMs: config.timeouts.proof * 1_000,
          read: () => readProver(url),
          signal,
          onProgress: ({ provenHeight, failing: [failing] }) => {
            const proven = provenHeight ?? 0;
            const lag = Math.max(0, target - proven);
            const trouble = failing === undefined ? '' : `; ${renderFailing(failing)}`;
            task.title = `Proofs: block ${target}, proven ${proven}, lag ${lag}${trouble}`;
          },
        });
        task.title = `Proofs: every block up to ${view.provenHeight} is proven`;
      },
    },
  ];
}
