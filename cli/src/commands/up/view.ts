import { relative } from 'node:path';
import { storageName } from '@stackctl/proof-store';
import { countProofs, l1Manifest, l2Contracts } from '../../chain/contracts.ts';
import { stackView } from '../../chain/stack-view.ts';
import type { Context } from '../../context.ts';
import type { HomePaths } from '../../home/paths.ts';
import { chainIdFelt, type Run } from '../../home/run.ts';
import { storageOf } from '../../home/storage.ts';
import type { UpView, Wording } from '../../view/banner.ts';
import type { StatusView } from '../../view/status.ts';
import type { UpOptions } from './action.ts';
import type { Booting } from './tasks.ts';

export async function upView(home: HomePaths, run: Run, booting: Booting): Promise<UpView> {
  const status = await stackView(home);
  const { accounts, addresses } = l2Contracts(home, run.topology);
  const l1 = l1Manifest(home);
  const services = booting.stack?.state.services ?? [];
  return {
    ...status,
    home: home.dir,
    readyMs: booting.readyMs,
    chainId: chainIdFelt(run.topology),
    accounts,
    l1Accounts: l1.accounts,
    contracts: { l1: l1.contracts, l2: addresses },
    proofs: proofsOf(run, status),
    client: booting.report,
    movedPorts: services.flatMap(({ name, ports }) =>
      ports
        .filter(({ port, wanted }) => port !== wanted)
        .map((planned) => ({ ...planned, service: name })),
    ),
  };
}

/** Local proofs are counted; of a bucket what the prover says is taken. */
function proofsOf(run: Run, { prover }: StatusView): UpView['proofs'] {
  const storage = storageOf(run);
  const folder = storageName(storage);
  if (storage.kind === 'local') return { folder, count: countProofs(folder) };
  return { folder, count: (prover.provenHeight ?? -1) + 1 };
}

/** How to type the next command here. */
export function wordingOf(context: Context, options: UpOptions): Wording {
  const here = relative(process.cwd(), context.root);
  return {
    command: here === '' ? './stackctl' : 'stackctl',
    homeFlag: options.home === undefined ? '' : ` --home ${options.home}`,
    detached: options.detach === true,
  };
}
