import { delimiter, join } from 'node:path';
import type { StackConfig } from '@stackctl/config';
import { CREDENTIAL_VARIABLES } from '@stackctl/proof-store';
import { homePaths } from '../home/paths.ts';
import { chainIdFelt, type Run, validatorKeyFile } from '../home/run.ts';
import { storageOf, storageVariables } from '../home/storage.ts';
import { EXPLORER, L1, sequencerName, WATCHER_PROVER } from './names.ts';
import { type PortTable, portOf } from './ports.ts';
import type { Plan, ServicePlan } from './types.ts';

export interface PlanInputs {
  readonly config: StackConfig;
  readonly run: Run;
  readonly home: string;
  readonly ports: PortTable;
  /** Folder with `<kind>/src/main.ts` of each service. */
  readonly servicesDir: string;
  /** Program that runs a service's source, with its arguments. */
  readonly node: readonly [string, ...string[]];
  /** What every service inherits of the user's environment. */
  readonly baseEnv: Readonly<Record<string, string>>;
}

/** `http://host:port`, with brackets for IPv6. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The stack as data: nothing is started, nothing is looked up. */
export function buildPlan(inputs: PlanInputs): Plan {
  const { config, run, ports } = inputs;
  const home = homePaths(inputs.home);
  const { host } = config;
  const names = Array.from({ length: config.validators }, (_, i) => sequencerName(i));
  const rpcUrl = (service: string) => urlOf(host, portOf(ports, service, 'rpc'));

  const service = (
    name: string,
    kind: ServicePlan['kind'],
    rest: Pick<ServicePlan, 'endpoints' | 'dependsOn' | 'inherits'> & {
      readonly base: string;
      readonly env: Readonly<Record<string, string>>;
    },
  ): ServicePlan => ({
    name,
    kind,
    command: [...inputs.node, join(inputs.servicesDir, kind, 'src', 'main.ts')],
    env: {
      ...inputs.baseEnv,
      STACKCTL_SUPERVISED: '1',
      RUN_ID: run.runId,
      DATA_DIR: home.data(name),
      LOG_LEVEL: config.logLevel,
      ...rest.env,
    },
    ...(rest.inherits === undefined ? {} : { inherits: rest.inherits }),
    dependsOn: rest.dependsOn,
    ports: ports.get(name) ?? [],
    endpoints: rest.endpoints,
    probe: { kind: 'http', url: `${rest.base}/health` },
    dataDir: home.data(name),
  });

  const l1 = service(L1, 'l1', {
    base: rpcUrl(L1),
    endpoints: { rpc: rpcUrl(L1) },
    dependsOn: {},
    env: {
      L1_HOST: host,
      L1_PORT: String(portOf(ports, L1, 'rpc')),
      CHAIN_ID: String(config.l1.chainId),
      L2_CHAIN_ID: chainIdFelt(run.topology),
    },
  });

  const peer = (name: string) => `${name}@${host}:${portOf(ports, name, 'p2p')}`;
  const sequencers = names.map((name) =>
    service(name, 'sequencer', {
      base: rpcUrl(name),
      endpoints: { rpc: rpcUrl(name), p2p: `tcp://${host}:${portOf(ports, name, 'p2p')}` },
      dependsOn: {},
      env: {
        GENESIS_FILE: home.genesis,
        VALIDATOR_NAME: name,
        VALIDATOR_KEY_FILE: validatorKeyFile(home, name),
        RPC_HOST: host,
        RPC_PORT: String(portOf(ports, name, 'rpc')),
        P2P_PORT: String(portOf(ports, name, 'p2p')),
        PEERS: names
          .filter((other) => other !== name)
          .map(peer)
          .join(','),
        BLOCK_MODE: config.blockMode,
        BLOCK_TIME_MS: String(config.blockTimeMs),
        EMPTY_BLOCK_TIME_MS: String(config.emptyBlockTimeMs),
        HISTORY_BLOCKS: String(config.historyBlocks),
        ARTIFACTS_DIRS: [home.declared, ...config.artifacts].join(delimiter),
        L1_MANIFEST: join(home.data(L1), 'manifest.json'),
      },
    }),
  );

  const proverPort = portOf(ports, WATCHER_PROVER, 'http');
  const proverUrl = urlOf(host, proverPort);
  const prover = service(WATCHER_PROVER, 'watcher-prover', {
    base: proverUrl,
    endpoints: { http: proverUrl },
    // It fails over between nodes and backs off: nobody has to be healthy before it starts.
    dependsOn: { [sequencerName(0)]: 'started' },
    ...(run.proofStorage === undefined ? {} : { inherits: CREDENTIAL_VARIABLES }),
    env: {
      L2_RPC_URLS: names.map(rpcUrl).join(','),
      L2_CHAIN_ID: chainIdFelt(run.topology),
      ...storageVariables(storageOf(run)),
      ...(config.prover.threads === 0 ? {} : { PROVER_THREADS: String(config.prover.threads) }),
      ...(config.prover.giveWay ? {} : { PROVER_GIVE_WAY_AT: '0' }),
      HTTP_HOST: host,
      HTTP_PORT: String(proverPort),
    },
  });

  const explorer = (): ServicePlan => {
    const port = portOf(ports, EXPLORER, 'http');
    const url = urlOf(host, port);
    return service(EXPLORER, 'explorer', {
      base: url,
      endpoints: { http: url },
      // It shows who is not there yet, so it waits for nobody.
      dependsOn: {},
      ...(run.proofStorage === undefined ? {} : { inherits: CREDENTIAL_VARIABLES }),
      env: {
        L2_RPC_URLS: names.map(rpcUrl).join(','),
        L1_RPC_URL: rpcUrl(L1),
        PROVER_URL: proverUrl,
        ...storageVariables(storageOf(run)),
        HTTP_HOST: host,
        HTTP_PORT: String(port),
        ENABLE_BLOCK_VERIFICATION: String(config.explorer.verifyBlocks),
        ...(config.explorer.chaos ? { CONTROL_SOCKET: home.socket } : {}),
      },
    });
  };

  return {
    version: 1,
    runId: run.runId,
    runtime: 'process',
    home: home.dir,
    services: [l1, ...sequencers, prover, ...(config.explorer.enabled ? [explorer()] : [])],
    bootTimeoutMs: config.timeouts.boot * 1_000,
  };
}
