import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Genesis, WELL_KNOWN } from '@stackctl/contracts-l2';
import { balanceOf, ClassRegistry } from '@stackctl/execution';
import { createDispatcher, type Dispatcher, type Handlers } from '@stackctl/rpc';
import {
  type Clock,
  closeServer,
  type Logger,
  listen,
  readJson,
  systemClock,
} from '@stackctl/runtime';
import { StateDb } from '@stackctl/state';
import { type BlockContext, type Felt, feltToHex } from '@stackctl/types';
import { createChainNotices } from './chain-notices.ts';
import { createArtifactIndex } from './classes/artifact-index.ts';
import { createClassCache } from './classes/class-cache.ts';
import { type ClassSource, createClassSource } from './classes/class-source.ts';
import { pendingClassOf } from './classes/pending-classes.ts';
import { createSierraCompiler } from './classes/sierra-compiler.ts';
import type { SequencerConfig } from './config.ts';
import { type ConsensusHost, createConsensusHost, networkId } from './consensus/index.ts';
import { chainTime } from './devnet/commands.ts';
import { createCommits } from './devnet/commits.ts';
import { createControl, type DevnetControl } from './devnet/control.ts';
import { impersonating } from './devnet/impersonation.ts';
import { createDevnetQueue } from './devnet/queue.ts';
import { createApplication } from './execution/application.ts';
import { blockContext } from './execution/block-context.ts';
import { createLedger, type Ledger } from './execution/ledger.ts';
import { createPreConfirmed, type PreConfirmed } from './execution/pre-confirmed.ts';
import { createSimulator, type Simulator } from './execution/simulator.ts';
import { createTransactionHashes } from './execution/transaction-hashes.ts';
import { createBlockSigner } from './feeder/block-signer.ts';
import { createFeeder, type L1ContractAddresses } from './feeder/gateway.ts';
import { answerFeeder } from './feeder/http.ts';
import { genesisOf, initialize } from './genesis/initialize.ts';
import { createIntake, type Intake } from './mempool/intake.ts';
import { createPool, type Pool } from './mempool/pool.ts';
import { batchGossip } from './network/gossip-batch.ts';
import { blockHandlers } from './rpc/handlers/blocks.ts';
import { devnetHandlers } from './rpc/handlers/devnet.ts';
import { eventHandlers } from './rpc/handlers/events.ts';
import { executionHandlers } from './rpc/handlers/execution.ts';
import { nodeHandlers } from './rpc/handlers/node.ts';
import { proofHandlers } from './rpc/handlers/proofs.ts';
import { stateHandlers } from './rpc/handlers/state.ts';
import { traceHandlers } from './rpc/handlers/traces.ts';
import { createStatusReader, transactionHandlers } from './rpc/handlers/transactions.ts';
import { writeHandlers } from './rpc/handlers/write.ts';
import { createRpcServer } from './rpc/http-server.ts';
import { attachSockets } from './rpc/sockets/socket-server.ts';
import { createTexts } from './rpc/sockets/texts.ts';
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
/** How long the answer to a submission waits for that block; one behind a gap of nonces gets none yet. */
const INCLUSION_PATIENCE_MS = 2_000;

/** Wires one validator together and starts it; resolves when it serves RPC and takes part. */
export async function startNode(
  config: SequencerConfig,
  { log, clock = systemClock }: NodeOptions,
): Promise<RunningNode> {
  const path = join(config.dataDir, 'chain');
  const database = await openDatabase(path);
  const { chainId, validators, digest } = config.genesis;
  const state = new StateDb(database, { historyBlocks: config.historyBlocks });
  await initialize({ file: config.genesis, database, state, path }).catch(async (error) => {
    await database.close();
    throw error;
  });
  const classes = createClassStore(database);
  const registry = new ClassRegistry(classes);
  const hashes = createTransactionHashes(chainId);
  const classCache = createClassCache();
  const sierraCompiler = createSierraCompiler();
  const classSource = createClassSource({
    cache: classCache,
    artifacts: createArtifactIndex(config.artifacts, log),
    compiler: sierraCompiler,
    log,
  });
  const ledger = createLedger({
    chainId,
    hashes,
    sequencers: new Set(validators.map((validator) => validator.address)),
    database,
    blocks: createBlockStore(database, path),
    classes,
    registry,
    state,
    classCache,
    devnet: config.genesis.devnet,
  });
  const pool = createPool();
  const notices = createChainNotices();
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
    onCommitted: (header) => {
      notices.accepted(header);
      commits.notify();
    },
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
  const gossip = batchGossip(consensus.gossip, (from) => log.warn('malformed gossip', { from }));
  const intake = createIntake({
    chainId,
    hashes,
    ledger,
    pool,
    gossip,
    clock,
    log,
    classCache,
    validate: (hashed, deploymentPending, declared) => {
      const at = { block: nextContext(), state: ledger.latest() };
      const pending = pendingClassOf(hashed.transaction, declared);
      simulator.validate(hashed, at, deploymentPending, pending);
    },
    onAdded: (hashed) => {
      application.wake();
      notices.received(hashed);
      preConfirmed.wake();
    },
  });
  const preConfirmed = createPreConfirmed({
    ledger,
    pool,
    start: nextContext,
    clock,
    onCandidate: (hashed) => notices.candidate(hashed),
    onIncluded: (block, index) => notices.preConfirmed(block, index),
    onError: (error) => log.error('executing ahead failed', { error }),
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
    classSource,
    preConfirmed,
    included: perTransaction
      ? (hash) => {
          const place = () => ledger.blocks.placeOf(hash);
          // It is in the pool all the same: the hash is a good answer when no block came.
          return commits.until(place, 'a block', INCLUSION_PATIENCE_MS).then(ignore, ignore);
        }
      : undefined,
  });
  const dispatcher: Dispatcher = createDispatcher({
    handlers,
    pause: () => setImmediate(),
    onInternalError: (method, error) => log.error('internal error', { method, error }),
  });
  let ready = false;
  const statusOf = createStatusReader({ chain: ledger, pool, preConfirmed });
  const feeder = createFeeder({
    chain: ledger,
    preConfirmed,
    pool,
    statusOf,
    signer: createBlockSigner(config.privateKey),
    l1Contracts: () => l1ContractsOf(config),
  });
  const server = createRpcServer({
    dispatcher,
    feeder: (url) =>
      answerFeeder(feeder, url, (error) => log.error('internal error', { url, error })),
    health: () => ({ ok: ready, height: ledger.head().number }),
  });
  const sockets = attachSockets(server, {
    dispatcher,
    notices,
    log,
    chain: ledger,
    preConfirmed,
    texts: createTexts(ledger),
    statusOf,
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
      sierraCompiler.close();
      await sockets.close();
      commits.close();
      await closeServer(server);
      gossip.stop();
      await consensus.stop();
      await database.close();
    },
  };
}

/** What the L1 of this run has deployed; undefined before it has, and for a node that was not told. */
function l1ContractsOf({ l1Manifest, runId }: SequencerConfig): L1ContractAddresses | undefined {
  if (l1Manifest === undefined) return undefined;
  const manifest = readJson<{ runId?: string; contracts?: L1ContractAddresses }>(l1Manifest);
  return manifest?.runId === runId ? manifest.contracts : undefined;
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
  readonly classSource: ClassSource;
  readonly preConfirmed: PreConfirmed;
  readonly included: ((hash: Felt) => Promise<void>) | undefined;
}

const ignore = (): void => {};

function handlersOf(parts: Parts): Handlers {
  const { config, ledger: chain, state, pool, intake, simulator, consensus, preConfirmed } = parts;
  const { classSource, included } = parts;
  const { chainId, validators } = config.genesis;
  const genesisHash = chain.blocks.header(0)?.hash ?? 0n;

  return {
    ...blockHandlers({ chain, preConfirmed }),
    ...transactionHandlers({ chain, pool, preConfirmed }),
    ...stateHandlers({
      chain,
      pool,
      preConfirmed,
      lastWrite: (address, key, block) => state.storageChangedAt(address, key, block),
    }),
    ...eventHandlers({ chain, preConfirmed }),
    ...traceHandlers({ chain, pool, preConfirmed }),
    ...executionHandlers({
      chain,
      simulator,
      classSource,
      preConfirmed,
      contextOf: (block) => blockContext({ ...block, chainId }),
    }),
    ...proofHandlers({ chain, state }),
    ...writeHandlers({ intake, chain, classSource, ...(included && { included }) }),
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
      network: networkId(feltToHex(chainId), config.genesis.digest),
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
