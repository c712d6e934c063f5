import type { ChalkInstance } from 'chalk';
import type { L2View } from '../chain/l2.ts';
import type { FailingBlock, ProverView } from '../chain/prover.ts';
import type { Overall, ServiceStatus } from '../supervisor/state.ts';

export interface ServiceView {
  readonly name: string;
  readonly kind: string;
  readonly status: ServiceStatus;
  readonly pid: number | null;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly restarts: number;
  readonly lastExit: string | null;
}

/** What `status --json` prints. */
export interface StatusView {
  readonly runId: string | null;
  readonly runtime: 'process';
  /** "lost": its supervisor died; `up` repairs it. */
  readonly state: Overall | 'lost';
  readonly services: readonly ServiceView[];
  readonly l2: L2View;
  readonly prover: ProverView;
}

const MARKS: Readonly<
  Record<ServiceStatus, readonly [string, 'green' | 'yellow' | 'red' | 'gray']>
> = {
  waiting: ['○', 'gray'],
  starting: ['○', 'yellow'],
  healthy: ['●', 'green'],
  unhealthy: ['●', 'yellow'],
  restarting: ['○', 'yellow'],
  completed: ['●', 'green'],
  failed: ['●', 'red'],
  stopped: ['○', 'gray'],
};

function serviceLine(service: ServiceView, view: StatusView, chalk: ChalkInstance): string {
  const [mark, colour] = MARKS[service.status];
  const node = view.l2.validators.find(({ name }) => name === service.name);
  const notes = [
    service.pid === null ? '' : `pid ${service.pid}`,
    typeof node?.height === 'number' ? `block ${node.height}` : '',
    service.restarts > 0 ? `restarts ${service.restarts}` : '',
    service.lastExit !== null && service.status !== 'healthy' ? `last: ${service.lastExit}` : '',
  ].filter((note) => note !== '');
  return [
    ` ${chalk[colour](mark)} ${service.name.padEnd(15)}`,
    chalk[colour](service.status.padEnd(11)),
    (service.endpoints.rpc ?? service.endpoints.http ?? '').padEnd(24),
    chalk.dim(notes.join(', ')),
  ]
    .join(' ')
    .trimEnd();
}

/** The status for people. */
export function renderStatus(view: StatusView, chalk: ChalkInstance): string {
  const { l2, prover } = view;
  const state = view.state === 'running' ? chalk.green(view.state) : chalk.yellow(view.state);
  const lines = [
    `${chalk.bold('Stack')} ${state}${view.runId === null ? '' : chalk.dim(`  run ${view.runId}`)}`,
  ];
  for (const service of view.services) lines.push(serviceLine(service, view, chalk));
  if (l2.height !== null) {
    lines.push(`${chalk.bold('L2')} block ${l2.height}, state root ${l2.stateRoot ?? 'unknown'}`);
  }
  if (prover.provenHeight !== null) {
    const last = prover.lastProof;
    lines.push(
      `${chalk.bold('Proofs')} up to block ${prover.provenHeight}, lag ${prover.lag ?? '?'}${last === null ? '' : `; last: ${renderProof(last)}`}`,
    );
  }
  for (const failing of prover.failing) lines.push(chalk.yellow(`  ${renderFailing(failing)}`));
  return lines.join('\n');
}

export function renderFailing({ block, attempts, cause }: FailingBlock): string {
  return `block ${block} failed ${attempts} times: ${cause}`;
}

export function renderProof(proof: NonNullable<ProverView['lastProof']>): string {
  return `block ${proof.block}, ${proof.steps} steps in ${proof.ms} ms, ${proof.securityBits} bits`;
}
