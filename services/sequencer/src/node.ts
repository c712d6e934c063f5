import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Genesis, WELL_KNOWN } from '@stackctl/contracts-l2';
import { balanceOf, ClassRegistry } from '@stackctl/execution';
import { createDispatcher, type Dispatcher, type Handlers } from '@stackctl/rpc';
import { type Clock, closeServer, type Logger, listen, systemClock } from '@stackctl/runtime';
import { StateDb } from '@stackctl/state';
import { type BlockContext, feltToHex } from '@stackctl/types';
import type { SequencerConfig } from './config.ts';
import { type ConsensusHost, createConsensusHost } from './consensus/index.ts';
import { chainTime } from './devnet/commands.ts';
import { createCommits } from './devnet/commits.ts';
import { createControl, type DevnetControl } from './devnet/control.ts';
import { impersonating } from './devnet/impersonation.ts';
import { createDevnetQueue } from './devnet/queue.ts';
import { createApplication } from './execution/application.ts';
import { blockContext } from './execution/block-context.ts';
import { createLedger, type Ledger } from './execution/ledger.ts';
import { createSimulator, type Simulator } from './execution/simulator.ts';
import { genesisOf, initialize } from './genesis/initialize.ts';
import { createIntake, type Intake } from './mempool/intake.ts';
import { createPool, type Pool } from './mempool/pool.ts';
import { blockHandlers } from './rpc/handlers/blocks.ts';
import { devnetHandlers } from './rpc/handlers/devnet.ts';
import { eventHandlers } from './rpc/handlers/events.ts';
import { executionHandlers } from './rpc/handlers/execution.ts';
import { nodeHandlers } from './rpc/handlers/node.ts';
import { proofHandlers } from './rpc/handlers/proofs.ts';
import { stateHandlers } from './rpc/handlers/state.ts';
import { traceHandlers } from './rpc/handlers/traces.ts';
import { transactionHandlers } from './rpc/handlers/transactions.ts';
import { writeHandlers } from './rpc/handlers/write.ts';
import { createRpcServer } from './rpc/http-server.ts';
import { createBlockStore } from './store/block-store.ts';
import { createClassStore } from './store/class-store.ts';
import { openDatabase } from './store/database.ts';

export interface RunningNode {
  readonly rpcPort: number;
  readonly p2pPort: number;
  stop(): Promise<void>;
}

export interface NodeOptions {
  readonly log: Logger;
  readonly clock?: Clock;
}

const RESEND_EVERY_MS = 1_000;
/** Where each transaction has its block, none is made without one. (A day: timers have an end.) */
const NEVER_MS = 86_400_000;

/** Wires one validator together and starts it; resolves when it serves RPC and takes part. */
export async function startNode(
  config: SequencerConfig,
  { log, clock = systemClock }: NodeOptions,
): Promise<RunningNode> {
  const path = join(config.dataDir, 'chain');
  const database = await openDatabase(path);
  const { chainId, validators, digest } = config.genesis;
  const state = new StateDb(database);
  await initialize({ file: config.genesis, database, state, path }).catch(async (error) => {
    await database.close();
    throw error;
  });
  const classes = createClassStore(database);
  const registry = new ClassRegistry(classes);
  const ledger = createLedger({
    chainId,
    sequencers: new Set(validators.map((validator) => validator.address)),
    database,
    blocks: createBlockStore(database, path),
    classes,
    registry,
    state,
    devnet: config.genesis.devnet,
  });
  const pool = createPool();
  const commits = createCommits();
  const perTransaction = config.blockMode === 'transaction';
  const queue = config.genesis.devnet
    ? createDevnetQueue({
        chainId,
        clock,
        log,
        isApplied: (directive) => ledger.appliedIn(directive) !== undefined,
        isIncluded: (hash) => ledger.blocks.placeOf(hash) !== undefined,
        onAdded: () => application.wake(),
      })
    : undefined;
  const application = createApplication({
    ledger,
    pool,
    clock,
    log,
    address: config.address,
    ...(perTransaction && { maxTransactions: 1 }),
    ...(queue && { queue }),
    onCommitted: () => commits.notify(),
  });
  const consensus = createConsensusHost({
    chainId: feltToHex(chainId),
    genesisDigest: digest,
    validators,
    self: { name: config.name, privateKey: config.privateKey },
    listen: config.p2p,
    peers: config.peers,
    dataDir: join(config.dataDir, 'consensus'),
    application,
    config: {
      blockTimeMs: perTransaction ? 0 : config.blockTimeMs,
      emptyBlockTimeMs: perTransaction ? NEVER_MS : config.emptyBlockTimeMs,
    },
    log,
    // Nothing may go on after this: let it surface where the process ends.
    onFatal: (error) =>
      queueMicrotask(() => {
        throw error;
      }),
  });
  queue?.join(consensus.gossip);
  const nextContext = (): BlockContext =>
    blockContext({
      chainId,
      number: ledger.head().number + 1,
      timestamp: chainTime(ledger, clock),
      sequencerAddress: config.address,
      gasPrices: ledger.parameters().gasPrices,
    });
  const simulator = impersonating(createSimulator({ chainId, classes: registry }), () =>
    ledger.parameters(),
  );
  const intake = createIntake({
    chainId,
    ledger,
    pool,
    gossip: consensus.gossip,
    clock,
    log,
    validate: (hashed, deploymentPending) => {
      const at = { block: nextContext(), state: ledger.latest() };
      simulator.validate(hashed, at, deploymentPending);
    },
    onAdded: () => application.wake(),
  });
  const genesis = createOnce(() => genesisOf(config.genesis));
  const control =
    queue &&
    createControl({
      chainId,
      ledger,
      pool,
      intake,
      queue,
      commits,
      clock,
      minter: () => genesis().minter,
      answer: (request) => dispatcher.answer(request),
    });
  const handlers = handlersOf({
    config,
    clock,
    control,
    accounts: () => genesis().accounts,
    ledger,
    state,
    pool,
    intake,
    simulator,
    consensus,
    nextContext,
  });
  const dispatcher: Dispatcher = createDispatcher({
    handlers,
    pause: () => setImmediate(),
    onInternalError: (method, error) => log.error('internal error', { method, error }),
  });
  let ready = false;
  const server = createRpcServer({
    dispatcher,
    health: () => ({ ok: ready, height: ledger.head().number }),
  });
  const rpcPort = await listen(server, config.rpc.host, config.rpc.port, config.name);
  const { port: p2pPort } = await consensus.start();
  ready = true;
  const resend = setInterval(() => {
    intake.resend();
    queue?.resend();
  }, RESEND_EVERY_MS);
  log.info('listening', { rpcPort, p2pPort, height: ledger.head().number });

  return {
    rpcPort,
    p2pPort,
    async stop() {
      clearInterval(resend);
      commits.close();
      await closeServer(server);
      await consensus.stop();
      await database.close();
    },
  };
}

/** A value made when it is first asked for. */
function createOnce<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

interface Parts {
  readonly config: SequencerConfig;
  readonly clock: Clock;
  readonly control: DevnetControl | undefined;
  readonly accounts: () => Genesis['accounts'];
  readonly ledger: Ledger;
  readonly pool: Pool;
  readonly intake: Intake;
  readonly simulator: Simulator;
  readonly consensus: ConsensusHost;
  readonly state: StateDb;
  readonly nextContext: () => BlockContext;
}

function handlersOf(parts: Parts): Handlers {
  const { config, ledger: chain, state, pool, intake, simulator, consensus, nextContext } = parts;
  const { chainId, validators } = config.genesis;
  const genesisHash = chain.blocks.header(0)?.hash ?? 0n;

  return {
    ...blockHandlers({ chain, preConfirmed: nextContext }),
    ...transactionHandlers({ chain, pool }),
    ...stateHandlers({
      chain,
      pool,
      lastWrite: (address, key, block) => state.storageChangedAt(address, key, block),
    }),
    ...eventHandlers({ chain }),
    ...traceHandlers({ chain, pool }),
    ...executionHandlers({
      chain,
      simulator,
      contextOf: (block) =>
        block === 'pre_confirmed' ? nextContext() : blockContext({ ...block, chainId }),
    }),
    ...proofHandlers({ chain, state }),
    ...writeHandlers({ intake }),
    ...devnetHandlers({
      config,
      ledger: chain,
      clock: parts.clock,
      accounts: parts.accounts,
      balanceOf: (at, token, address) => balanceOf(at, WELL_KNOWN[token], address),
      control: parts.control,
    }),
    ...nodeHandlers({
      chain,
      chainId,
      validators,
      status: () => {
        const { number, hash, stateRoot } = chain.head();
        const { height, round, peers } = consensus.status();
        const ready = pool.readyCount((account) => chain.latest().nonceAt(account));
        return {
          name: config.name,
          runId: config.runId,
          chainId,
          height: number,
          blockHash: hash,
          stateRoot,
          genesisHash,
          mempool: { ready, queued: pool.size() - ready },
          peers: peers.map(({ name, connected }) => ({ name, connected })),
          consensus: { height, round },
        };
      },
    }),
  };
}
