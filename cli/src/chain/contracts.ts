import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildGenesis } from '@stackctl/contracts-l2';
import { atomicWriteSync, readJson } from '@stackctl/runtime';
import { feltToHex, shortString } from '@stackctl/types';
import type { HomePaths } from '../home/paths.ts';
import type { Topology } from '../home/run.ts';
import { L1 } from '../plan/names.ts';

export interface Account {
  readonly address: string;
  readonly privateKey: string;
  readonly publicKey: string;
  /** In each fee token, units of 10^-18, decimal. */
  readonly balance: string;
}

/** What a run's genesis puts on the L2. */
export interface L2Contracts {
  readonly accounts: readonly Account[];
  /** Addresses by name: strk, eth, udc, legacyUdc, fibonacci, factorial. */
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * Accounts and contracts of a run. They follow from its topology, and are kept in its home: deriving
 * keys and loading classes takes longer than reading a file.
 */
export function l2Contracts(home: HomePaths, topology: Topology): L2Contracts {
  const kept = readJson<L2Contracts>(home.accounts);
  if (kept !== undefined) return kept;
  const genesis = buildGenesis({
    chainId: shortString(topology.chainId),
    seed: topology.seed,
    accounts: topology.accounts,
    initialBalance: BigInt(topology.initialBalance),
  });
  const contracts: L2Contracts = {
    accounts: genesis.accounts.map(({ address, privateKey, publicKey, balance }) => ({
      address: feltToHex(address),
      privateKey: feltToHex(privateKey),
      publicKey: feltToHex(publicKey),
      balance: balance.toString(),
    })),
    addresses: Object.fromEntries(
      Object.entries(genesis.addresses).map(([name, address]) => [name, feltToHex(address)]),
    ),
  };
  atomicWriteSync(home.accounts, `${JSON.stringify(contracts, null, 2)}\n`, { mode: 0o600 });
  return contracts;
}

/** What the L1 has deployed, and its accounts; empty until it has. */
export interface L1Manifest {
  /** Addresses by name: rollup, factRegistry, strk, eth. */
  readonly contracts: Readonly<Record<string, string>>;
  readonly accounts: ReadonlyArray<{ readonly address: string; readonly privateKey: string }>;
}

export function l1Manifest(home: HomePaths): L1Manifest {
  const manifest = readJson<Partial<L1Manifest>>(join(home.data(L1), 'manifest.json'));
  return { contracts: manifest?.contracts ?? {}, accounts: manifest?.accounts ?? [] };
}

/** How many proofs a folder holds. */
export function countProofs(folder: string): number {
  try {
    return readdirSync(folder).filter((name) => /^0x[0-9a-f]+-proof$/.test(name)).length;
  } catch {
    return 0;
  }
}
