import { join } from 'node:path';
import type { L1Addresses } from '@stackctl/contracts-l1';
import { atomicWrite, readJson } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { PersistentNode } from './node.ts';

export interface DeploymentManifest {
  readonly runId: string;
  readonly chainId: number;
  readonly contracts: L1Addresses;
  readonly deployer: string;
  readonly operator: string;
  /** Hardhat's well-known accounts: for development only, everybody has these keys. */
  readonly accounts: ReadonlyArray<{ readonly address: string; readonly privateKey: string }>;
}

/** Hardhat's default accounts: their mnemonic, path and number. */
const MNEMONIC = 'test test test test test test test test test test test junk';
const PATH = "m/44'/60'/0'/0";
const ACCOUNTS = 20;
/** The last two, so that the nonces of the first ones are as untouched as on a fresh Hardhat node. */
const OPERATOR_INDEX = ACCOUNTS - 2;
const DEPLOYER_INDEX = ACCOUNTS - 1;
/** STRK and ETH of each account: a million. */
const HOLDING = 10n ** 24n;

export interface DeploymentOptions {
  readonly dataDir: string;
  readonly runId: string;
  readonly chainId: number;
  readonly l2ChainId: bigint;
}

/**
 * The manifest of the contracts on `node`, deploying them when the data folder has none yet. No
 * verifier exists on this chain, so that nobody can register facts: the rollup stays where it is.
 */
export async function ensureDeployed(
  node: PersistentNode,
  options: DeploymentOptions,
): Promise<DeploymentManifest> {
  const path = join(options.dataDir, 'manifest.json');
  const existing = readJson<DeploymentManifest>(path);
  if (existing !== undefined && existing.runId !== options.runId) {
    const reason = `${path} is of run ${existing.runId}, not of run ${options.runId}`;
    throw new StackError('STALE_STATE', { reason });
  }
  if (existing !== undefined && (await isDeployed(node, existing))) return existing;

  // Loaded here because a restart does not need them: they take longer than the rest of the boot.
  const [{ HDNodeWallet }, { deployL1 }] = await Promise.all([
    import('ethers'),
    import('@stackctl/contracts-l1'),
  ]);
  const root = HDNodeWallet.fromPhrase(MNEMONIC, '', PATH);
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => root.deriveChild(index));
  const [operator, deployer] = [accounts[OPERATOR_INDEX], accounts[DEPLOYER_INDEX]];
  if (operator === undefined || deployer === undefined) throw new RangeError('too few accounts');
  const provider = {
    request: ({ method, params }: { method: string; params?: unknown[] | object }) =>
      node.request(method, Array.isArray(params) ? params : []),
  };
  const contracts = await deployL1(provider, {
    deployerKey: deployer.privateKey,
    operator: operator.address,
    l2ChainId: options.l2ChainId,
    holders: accounts.map(({ address }) => address),
    holding: HOLDING,
  });
  const manifest: DeploymentManifest = {
    runId: options.runId,
    chainId: options.chainId,
    contracts,
    deployer: deployer.address,
    operator: operator.address,
    accounts: accounts.map(({ address, privateKey }) => ({ address, privateKey })),
  };
  await atomicWrite(path, `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Whether code stands at every address (a manifest may have outlived its journal). */
async function isDeployed(node: PersistentNode, manifest: DeploymentManifest): Promise<boolean> {
  for (const address of Object.values(manifest.contracts)) {
    if ((await node.request('eth_getCode', [address, 'latest'])) === '0x') return false;
  }
  return true;
}
