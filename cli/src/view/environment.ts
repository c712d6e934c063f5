import { l1Manifest, l2Contracts } from '../chain/contracts.ts';
import { proverUrlOf, sequencersOf } from '../chain/stack-view.ts';
import type { HomePaths } from '../home/paths.ts';
import { chainIdFelt, type Run } from '../home/run.ts';
import { storageOf, storageVariables } from '../home/storage.ts';
import { EXPLORER, L1 } from '../plan/names.ts';
import type { StackState } from '../supervisor/state.ts';

/** `factRegistry` -> FACT_REGISTRY. */
function constantName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

function prefixed(prefix: string, addresses: Readonly<Record<string, string>>) {
  return Object.entries(addresses).map(
    ([name, address]) => [`${prefix}${constantName(name)}_ADDRESS`, address] as const,
  );
}

function firstAccount(
  chain: 'L1' | 'L2',
  [first]: ReadonlyArray<{ readonly address: string; readonly privateKey: string }>,
) {
  if (first === undefined) return {};
  return {
    [`${chain}_ACCOUNT_ADDRESS`]: first.address,
    [`${chain}_ACCOUNT_PRIVATE_KEY`]: first.privateKey,
  };
}

/** A running stack as environment variables: what `env` prints, and what the load client gets. */
export function environmentOf(
  home: HomePaths,
  run: Run,
  state: StackState,
): Readonly<Record<string, string>> {
  const urls = sequencersOf(state).map(({ url }) => url);
  const contracts = l2Contracts(home, run.topology);
  const l1 = l1Manifest(home);
  return {
    RUN_ID: run.runId,
    L1_RPC_URL: state.services.find(({ name }) => name === L1)?.endpoints.rpc ?? '',
    L1_CHAIN_ID: String(run.topology.l1ChainId),
    L2_RPC_URL: urls[0] ?? '',
    L2_RPC_URLS: urls.join(','),
    L2_CHAIN_ID: chainIdFelt(run.topology),
    PROVER_URL: proverUrlOf(state) ?? '',
    EXPLORER_URL: state.services.find(({ name }) => name === EXPLORER)?.endpoints.http ?? '',
    PROOFS_DIR: run.proofsDir,
    ...storageVariables(storageOf(run)),
    ...Object.fromEntries(prefixed('', contracts.addresses)),
    ...Object.fromEntries(prefixed('L1_', l1.contracts)),
    L2_ACCOUNTS_FILE: home.accounts,
    ...firstAccount('L1', l1.accounts),
    ...firstAccount('L2', contracts.accounts),
  };
}
