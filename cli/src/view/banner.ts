import type { ChalkInstance } from 'chalk';
import type { Account, L1Manifest } from '../chain/contracts.ts';
import type { PlannedPort } from '../plan/types.ts';
import type { ClientReport } from '../tasks/client.ts';
import { renderProof, type StatusView } from './status.ts';

/** What `up` ends with; `up --json` prints it as it is. */
export interface UpView extends StatusView {
  readonly home: string;
  /** From the command to the first block, milliseconds; null when it was up already. */
  readonly readyMs: number | null;
  readonly chainId: string;
  /** Of the L2. */
  readonly accounts: readonly Account[];
  readonly l1Accounts: L1Manifest['accounts'];
  readonly contracts: {
    readonly l1: Readonly<Record<string, string>>;
    readonly l2: Readonly<Record<string, string>>;
  };
  readonly proofs: { readonly folder: string; readonly count: number };
  readonly client: ClientReport | null;
  /** Services that are not on the port of the configuration. */
  readonly movedPorts: readonly (PlannedPort & { readonly service: string })[];
}

/** How the commands are typed in this place: `./stackctl`, `npx stackctl`, with --home if needed. */
export interface Wording {
  readonly command: string;
  readonly homeFlag: string;
  readonly detached: boolean;
}

/** Of the L2's accounts; the file has them all. */
const SHOWN_ACCOUNTS = 2;

export function renderBanner(view: UpView, wording: Wording, chalk: ChalkInstance): string {
  const title = (text: string) => chalk.bold.underline(text);
  const row = (name: string, value: string) => `  ${name.padEnd(16)} ${value}`;
  const command = (words: string) => chalk.cyan(`${wording.command} ${words}${wording.homeFlag}`);
  const { l1, l2 } = view.contracts;
  const lines: string[] = ['', title('Endpoints')];
  for (const { name, endpoints } of view.services) {
    const [first] = Object.values(endpoints);
    if (first !== undefined) lines.push(row(name, first));
  }
  for (const { service, wanted, port } of view.movedPorts) {
    lines.push(chalk.yellow(`  port ${wanted} was taken: ${service} uses ${port}`));
  }
  lines.push('', `${title('Accounts')} ${chalk.dim('(predeployed; everybody has these keys)')}`);
  const shown = [
    ...view.accounts.slice(0, SHOWN_ACCOUNTS).map((account) => ({ chain: 'L2', ...account })),
    ...view.l1Accounts.slice(0, 1).map((account) => ({ chain: 'L1', ...account })),
  ];
  for (const { chain, address, privateKey } of shown) {
    lines.push(row(`${chain} address`, address), row('   private key', privateKey));
  }
  const rest = view.accounts.length - SHOWN_ACCOUNTS;
  if (rest > 0) lines.push(chalk.dim(`  and ${rest} more on the L2: ${view.home}/accounts.json`));
  lines.push('', title('L2 contracts'));
  for (const [name, address] of Object.entries(l2)) lines.push(row(name, address));
  if (Object.keys(l1).length > 0) {
    lines.push('', title('L1 contracts'));
    for (const [name, address] of Object.entries(l1)) lines.push(row(name, address));
  }
  lines.push('', title('Chain'));
  lines.push(row('blocks', `${view.l2.height ?? 'none'}`));
  if (view.l2.stateRoot !== null) lines.push(row('state root', view.l2.stateRoot));
  if (view.client !== null) {
    const { included, sent, tps, latencyMs } = view.client;
    lines.push(
      row(
        'client',
        `${included} of ${sent} included, ${tps}/s, p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms`,
      ),
    );
  }
  lines.push(row('proofs', `${view.proofs.count} in ${view.proofs.folder}`));
  if (view.prover.lastProof !== null)
    lines.push(row('last proof', renderProof(view.prover.lastProof)));
  if (view.readyMs !== null) lines.push(row('ready in', `${(view.readyMs / 1_000).toFixed(1)} s`));
  lines.push('', title('Next'));
  const explorer = view.services.find(({ kind }) => kind === 'explorer')?.endpoints.http;
  if (explorer !== undefined) lines.push(row('open', chalk.cyan(explorer)));
  lines.push(row('look', `${command('status')}   ${command('logs -f')}`));
  lines.push(row('send more', command('spam')));
  const newest = view.prover.lastProof?.block ?? 1;
  lines.push(row('check a proof', command(`verify ${newest}`)));
  lines.push(row('stop', wording.detached ? command('down') : `Ctrl-C, or ${command('down')}`));
  return lines.join('\n');
}
