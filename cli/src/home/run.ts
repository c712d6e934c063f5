import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig, StackConfig } from '@stackctl/config';
import { atomicWriteSync, readJson } from '@stackctl/runtime';
import { feltToHex, StackError, shortString } from '@stackctl/types';
import { sequencerName } from '../plan/names.ts';
import { validatorAddress } from './keys.ts';
import { type HomePaths, homePaths } from './paths.ts';
import { type RemoteStorage, remoteStorage } from './storage.ts';

/** What a run is, from its first `up` until `clean`: L1, L2 and proofs carry its id. */
export interface Run {
  readonly version: 1;
  readonly runId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly topology: Topology;
  readonly proofsDir: string;
  /** Absent: proofs are files of `proofsDir`. */
  readonly proofStorage?: RemoteStorage;
  /** All services were up once: from then on every half of the data must be there. */
  readonly booted: boolean;
}

/** What cannot change under existing data. */
export interface Topology {
  readonly chainId: string;
  readonly validators: number;
  readonly accounts: number;
  readonly seed: number;
  readonly initialBalance: string;
  readonly l1ChainId: number;
  /** Absent in the records of runs made before there was a choice. */
  readonly devnet?: boolean;
}

/** Key of the configuration for each fact of the topology. */
const CONFIG_KEYS: { readonly [K in keyof Topology]-?: string } = {
  chainId: 'chainId',
  validators: 'validators',
  accounts: 'accounts',
  seed: 'seed',
  initialBalance: 'initialBalance',
  l1ChainId: 'l1.chainId',
  devnet: 'devnet',
};

export interface Genesis {
  readonly runId: string;
  /** Hex felt of the short string. */
  readonly chainId: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly seed: number;
  readonly accounts: number;
  readonly initialBalance: string;
  readonly blockTimeMs: number;
  readonly validators: ReadonlyArray<{
    readonly name: string;
    /** Raw ed25519 key, 32 bytes in hex without 0x. */
    readonly publicKey: string;
    readonly power: number;
    readonly address: string;
  }>;
  readonly l1: { readonly chainId: number };
  /** Whether blocks may hold what developers order (devnet_* methods). */
  readonly devnet: boolean;
}

export function topologyOf(config: StackConfig): Topology {
  const { chainId, validators, accounts, seed, initialBalance, l1, devnet } = config;
  return { chainId, validators, accounts, seed, initialBalance, l1ChainId: l1.chainId, devnet };
}

export function chainIdFelt(topology: Topology): string {
  return feltToHex(shortString(topology.chainId));
}

export function readRun(home: HomePaths): Run | undefined {
  return readJson<Run>(home.run);
}

/** Names of services that have data in the home. */
export function servicesWithData(home: HomePaths): string[] {
  if (!existsSync(home.dir)) return [];
  return readdirSync(home.dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => /^(l1|watcher-prover|explorer|sequencer-\d+)$/.test(name))
    .filter((name) => readdirSync(join(home.dir, name)).length > 0)
    .sort();
}

const CLEAN = 'run `stackctl clean` to start over';

/**
 * The run of this home: the one that is there, or a new one. Values that the user did not choose
 * follow the existing run; a choice that contradicts it, and data whose other half is missing, are
 * STALE_STATE.
 */
export function openRun(
  homeDir: string,
  loaded: LoadedConfig,
  proofsDir: string,
): { readonly run: Run; readonly config: StackConfig } {
  const home = homePaths(homeDir);
  const run = readRun(home);
  const found = servicesWithData(home);
  if (run === undefined) {
    if (found.length > 0) {
      const reason = `${home.dir} holds data of ${found.join(', ')} but no run.json that says to which run it belongs; ${CLEAN}`;
      throw new StackError('STALE_STATE', { reason });
    }
    return { run: createRun(home, loaded, proofsDir), config: loaded.config };
  }
  checkTopology(run, loaded);
  checkStorage(run, loaded);
  checkHalves(home, run, found);
  const { l1ChainId, ...topology } = run.topology;
  return { run, config: { ...loaded.config, ...topology, l1: { chainId: l1ChainId } } };
}

function checkTopology(run: Run, loaded: LoadedConfig): void {
  const wanted = topologyOf(loaded.config);
  for (const name of Object.keys(CONFIG_KEYS) as Array<keyof Topology>) {
    const key = CONFIG_KEYS[name];
    if (!loaded.isSet(key) || wanted[name] === run.topology[name]) continue;
    const reason = `this stack was made with ${key} ${run.topology[name]}, and ${wanted[name]} is asked for; ${CLEAN}`;
    throw new StackError('STALE_STATE', { reason });
  }
}

/** Blocks whose proofs stand elsewhere would count as proven. */
function checkStorage(run: Run, loaded: LoadedConfig): void {
  if (!loaded.isSet('proofStorage.kind')) return;
  const wanted = remoteStorage(loaded);
  if (isDeepStrictEqual(wanted, run.proofStorage)) return;
  const place = (remote: RemoteStorage | undefined) =>
    remote === undefined ? 'files' : JSON.stringify(remote);
  const reason = `this stack keeps its proofs in ${place(run.proofStorage)}, and ${place(wanted)} is asked for; ${CLEAN}`;
  throw new StackError('STALE_STATE', { reason });
}

function checkHalves(home: HomePaths, run: Run, found: readonly string[]): void {
  const missing = [home.genesis, ...validatorKeyFiles(home, run.topology.validators)]
    .filter((path) => !existsSync(path))
    .map((path) => path.slice(home.dir.length + 1));
  if (run.booted) {
    if (!found.includes('l1')) missing.push('l1 (the L1 chain)');
    if (!found.some((name) => name.startsWith('sequencer-'))) missing.push('every sequencer');
  }
  if (missing.length === 0) return;
  const reason = `run ${run.runId}: ${home.dir} lacks ${missing.join(', ')}, so its halves no longer fit; ${CLEAN}`;
  throw new StackError('STALE_STATE', { reason });
}

export function validatorKeyFile(home: HomePaths, name: string): string {
  return join(home.keys, `${name}.json`);
}

function validatorKeyFiles(home: HomePaths, validators: number): string[] {
  return Array.from({ length: validators }, (_, i) => validatorKeyFile(home, sequencerName(i)));
}

/** Makes keys, genesis and run record; the record comes last, so that a half-made run is none. */
function createRun(home: HomePaths, loaded: LoadedConfig, proofsDir: string): Run {
  const { config } = loaded;
  const proofStorage = remoteStorage(loaded);
  const topology = topologyOf(config);
  const runId = randomUUID();
  mkdirSync(home.keys, { recursive: true, mode: 0o700 });
  const validators = Array.from({ length: topology.validators }, (_, i) => {
    const name = sequencerName(i);
    // The JWK form has the raw 32 bytes: d is RFC 8032's seed, x the public key.
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const hex = (part: string | undefined) => Buffer.from(part ?? '', 'base64url').toString('hex');
    const key = { name, privateKey: hex(jwk.d) };
    atomicWriteSync(validatorKeyFile(home, name), json(key), { mode: 0o600 });
    const publicKey = hex(jwk.x);
    return { name, publicKey, power: 1, address: validatorAddress(publicKey) };
  });
  const genesis: Genesis = {
    runId,
    chainId: chainIdFelt(topology),
    timestamp: Math.floor(Date.now() / 1000),
    seed: topology.seed,
    accounts: topology.accounts,
    initialBalance: topology.initialBalance,
    blockTimeMs: config.blockTimeMs,
    validators,
    l1: { chainId: topology.l1ChainId },
    devnet: config.devnet,
  };
  atomicWriteSync(home.genesis, json(genesis));
  const run: Run = {
    version: 1,
    runId,
    createdAt: new Date().toISOString(),
    topology,
    proofsDir: resolve(proofsDir),
    ...(proofStorage === undefined ? {} : { proofStorage }),
    booted: false,
  };
  atomicWriteSync(home.run, json(run));
  return run;
}

/** Notes that every service of the run has been up. */
export function markBooted(home: HomePaths, run: Run): void {
  if (!run.booted) atomicWriteSync(home.run, json({ ...run, booted: true }));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
