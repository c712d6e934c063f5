import { mkdirSync } from 'node:fs';
import {
  type Effect,
  type Engine,
  encodeCertificate,
  type Input,
  proposerAt,
  type ValidatorSet,
  type ValueId,
  type WalEntry,
} from '@stackctl/consensus';
import { StackError } from '@stackctl/types';
import { TransportGossip } from '../network/gossip.ts';
import type { Gossip } from '../network/gossip-port.ts';
import type { Transport } from '../network/transport.ts';
import { CatchUp } from './catch-up.ts';
import { EvidenceBook } from './evidence-book.ts';
import { HeightLog } from './height-log.ts';
import type {
  ConsensusConfig,
  ConsensusHost,
  ConsensusHostOptions,
  ConsensusStatus,
} from './options.ts';
import { Pacer } from './pacer.ts';
import { PeerProtocol } from './peer-protocol.ts';
import { Serial } from './serial.ts';
import { valueIdOf } from './value-id.ts';
import { ValueStore } from './value-store.ts';
import { WantedValues } from './wanted-values.ts';

/** What a host is made of; see `createConsensusHost`. */
export interface HostParts {
  readonly options: ConsensusHostOptions;
  readonly config: ConsensusConfig;
  /** 32 bytes that name the network. */
  readonly network: Uint8Array;
  readonly validators: ValidatorSet;
  readonly transport: Transport;
  readonly engine: Engine;
}

/**
 * Runs a consensus core against the real world: clock, disk, network and application. Everything
 * that happens becomes an input of the core; its effects are carried out here, in order, and what
 * must be durable is, before anything is sent.
 */
export class Host implements ConsensusHost {
  readonly gossip: Gossip;
  readonly #options: ConsensusHostOptions;
  readonly #config: ConsensusConfig;
  readonly #network: Uint8Array;
  readonly #validators: ValidatorSet;
  readonly #transport: Transport;
  readonly #engine: Engine;
  readonly #values: ValueStore;
  readonly #pacer: Pacer;
  readonly #catchUp: CatchUp;
  readonly #protocol: PeerProtocol;
  readonly #evidence: EvidenceBook;
  readonly #application = new Serial();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Values that the core asked about and that are not here. */
  readonly #wanted: WantedValues;
  #log: HeightLog | undefined;
  #running = false;

  constructor({ options, config, network, validators, transport, engine }: HostParts) {
    const { application, log } = options;
    this.#options = options;
    this.#config = config;
    this.#network = network;
    this.#validators = validators;
    this.#transport = transport;
    this.#engine = engine;
    this.gossip = new TransportGossip(transport, log);
    this.#values = new ValueStore(config.maxValueBytes);
    this.#evidence = new EvidenceBook(options.dataDir);
    this.#pacer = new Pacer(
      config,
      () => application.pendingWork(),
      () => this.#feed({ type: 'due', height: engine.status().height }),
      () => application.urgentWork?.() === true,
    );
    this.#wanted = new WantedValues((valueId, turn) => {
      if (this.#values.isIncoming(valueId)) return;
      const connected = transport.peers().filter((peer) => peer.connected);
      const peer = connected[turn % Math.max(1, connected.length)];
      if (peer !== undefined) this.#protocol.send(peer.name, { type: 'want', valueId });
    });
    this.#catchUp = new CatchUp({
      send: (peer, message) => this.#protocol.send(peer, message),
      isConnected: (peer) => this.#isConnected(peer),
      progress: () => {
        const { height, decided } = engine.status();
        return { height, undecided: !decided };
      },
      onBlock: ({ certificate, value }) => {
        this.#values.put(certificate.valueId, value);
        this.#feed({ type: 'synced', certificate });
        this.#onValue(certificate.valueId);
      },
    });
    this.#protocol = new PeerProtocol({
      transport,
      values: this.#values,
      catchUp: this.#catchUp,
      application,
      log,
      onMessage: (message) => this.#feed({ type: 'message', message }),
      onValue: (valueId) => this.#onValue(valueId),
    });
    transport.onConnection((peer, connected) => this.#onConnection(peer, connected));
    application.onWork(() => this.#pacer.reconsider());
  }

  async start(): Promise<{ readonly port: number }> {
    const { application, dataDir, log } = this.#options;
    mkdirSync(dataDir, { recursive: true });
    const height = application.height() + 1;
    const { log: heightLog, logged } = HeightLog.open(dataDir, this.#network, height);
    this.#log = heightLog;
    const { port } = await this.#transport.start();
    this.#protocol.start();
    this.#running = true;
    log.info('consensus started', { height, port, replayed: logged.entries.length });
    for (const value of logged.values) this.#values.put(valueIdOf(value), value);
    // The first block after genesis is due at once.
    const since = height === 1 ? Number.NEGATIVE_INFINITY : performance.now();
    this.#begin(height, logged.entries, since);
    this.#updateConnected();
    return { port };
  }

  async stop(): Promise<void> {
    this.#halt();
    this.#protocol.stop();
    await this.#transport.stop();
    await this.#application.idle();
    this.#log?.close();
    this.#log = undefined;
  }

  status(): ConsensusStatus {
    const { height, round, step } = this.#engine.status();
    const peers = this.#transport.peers().map(({ name, connected }) => ({
      name,
      connected,
      height: this.#catchUp.heightOf(name),
    }));
    return { height, round, step, peers, evidence: this.#evidence.entries };
  }

  #begin(height: number, wal: readonly WalEntry[], since: number): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#wanted.clear();
    this.#feed({ type: 'start', height, validators: this.#validators, wal });
    if (!this.#running) return;
    this.#pacer.begin(since);
    this.#catchUp.onHeight();
  }

  #feed(input: Input): void {
    if (!this.#running) return;
    try {
      const effects = this.#engine.step(input);
      this.#persist(effects);
      for (const effect of effects) if (this.#running) this.#carryOut(effect);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** One durable record for all that the step logged, before its first message leaves. */
  #persist(effects: readonly Effect[]): void {
    const entries = effects.flatMap((effect) => (effect.type === 'wal' ? [effect.entry] : []));
    if (entries.length === 0) return;
    this.#log?.append(entries, (valueId) => this.#values.get(valueId));
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'wal': // done, before anything else
        return;
      case 'send':
        this.#protocol.broadcast({ type: 'core', message: effect.message });
        return;
      case 'timer':
        this.#setTimer(effect);
        return;
      case 'build':
        this.#build(effect);
        return;
      case 'validate':
        this.#wanted.add(effect.valueId);
        this.#onValue(effect.valueId);
        return;
      case 'decide':
        this.#commit(effect);
        return;
      case 'behind': {
        const name = this.#validators.validators[effect.validator]?.name;
        if (name !== undefined) this.#catchUp.learn(name, effect.height - 1);
        return;
      }
      case 'evidence': {
        const { validator } = effect.evidence.first;
        const name = this.#validators.validators[validator]?.name ?? String(validator);
        const entry = this.#evidence.add(name, effect.evidence);
        if (entry !== undefined) this.#options.log.warn('equivocation', { ...entry });
        return;
      }
      case 'refused':
        this.#catchUp.refuse(effect.certificate.height);
        return;
      case 'diverged': {
        const { height, valueId } = effect.certificate;
        this.#fail(new StackError('CONSENSUS_DIVERGED', { height, valueId }));
        return;
      }
    }
  }

  #setTimer({ kind, height, round, ms }: Extract<Effect, { type: 'timer' }>): void {
    const proposer = this.#validators.validators[proposerAt(this.#validators, height, round)];
    const hopeless =
      kind === 'propose' && proposer !== undefined && !this.#isReachable(proposer.name);
    const delay = hopeless ? Math.min(ms, this.#config.timeoutUnreachableMs) : ms;
    this.#later(delay, () => {
      if (kind !== 'rebroadcast' && this.#engine.status().step === kind)
        this.#options.log.debug('timeout', { kind, height, round, proposer: proposer?.name });
      this.#feed({ type: 'timeout', kind, height, round });
    });
  }

  #build({ height, round }: { height: number; round: number }): void {
    const { application, log } = this.#options;
    void this.#application.run(async () => {
      if (!this.#isPresent(height) || this.#engine.status().round !== round) return;
      try {
        const value = await application.build({ height, round });
        if (value.length > this.#config.maxValueBytes)
          throw new RangeError(`a value of ${value.length} bytes`);
        const valueId = valueIdOf(value);
        if (!this.#isPresent(height)) return;
        this.#values.put(valueId, value);
        this.#feed({ type: 'value', height, round, valueId });
        // After the proposal, so that the others know what it is for.
        this.#protocol.broadcastValue(valueId, value);
      } catch (error) {
        log.error('building a block failed', { height, round, error });
      }
    });
  }

  /** A value is here; if the core wants to know about it, the application is asked. */
  #onValue(valueId: ValueId): void {
    const value = this.#wanted.has(valueId) ? this.#values.get(valueId) : undefined;
    if (value === undefined) return;
    this.#wanted.delete(valueId);
    this.#values.put(valueId, value);
    const { application, log } = this.#options;
    const { height } = this.#engine.status();
    void this.#application.run(async () => {
      if (!this.#isPresent(height)) return;
      let valid = false;
      try {
        valid = await application.validate(value, height);
      } catch (error) {
        log.error('validating a block failed', { height, valueId, error });
      }
      if (!valid) log.warn('proposed block rejected', { height, valueId });
      this.#feed({ type: 'validity', height, valueId, valid });
    });
  }

  #commit({ height, round, valueId, certificate }: Extract<Effect, { type: 'decide' }>): void {
    const { application, log } = this.#options;
    const value = this.#values.get(valueId);
    this.#pacer.stop();
    void this.#application.run(async () => {
      try {
        if (value === undefined) throw new RangeError(`value ${valueId} is not here`);
        const encoded = encodeCertificate(certificate);
        await application.commit({ height, round, valueId, value, certificate: encoded });
        if (application.height() !== height)
          throw new RangeError(`height ${application.height()} after committing ${height}`);
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (!this.#running) return;
      log.debug('block decided', { height, round, valueId, bytes: value?.length });
      this.#log?.begin(height + 1);
      this.#values.clear();
      this.#protocol.broadcast({ type: 'status', height });
      this.#begin(height + 1, [], this.#pacer.pauseStart(performance.now()));
    });
  }

  #onConnection(peer: string, connected: boolean): void {
    if (!this.#running) return;
    this.#updateConnected();
    if (connected) {
      this.#protocol.send(peer, { type: 'status', height: this.#options.application.height() });
      this.#feed({ type: 'resend' });
      return;
    }
    this.#values.forget(peer);
    this.#catchUp.onDisconnected(peer);
    const { height, round, step } = this.#engine.status();
    const proposer = this.#validators.validators[proposerAt(this.#validators, height, round)];
    if (step !== 'propose' || proposer?.name !== peer || this.#pacer.isWaiting) return;
    this.#later(this.#config.timeoutUnreachableMs, () => {
      if (!this.#isConnected(peer)) this.#feed({ type: 'timeout', kind: 'propose', height, round });
    });
  }

  /** Without a quorum in reach nothing can be decided, so nothing is due. */
  #updateConnected(): void {
    let power = 0;
    for (const validator of this.#validators.validators)
      if (this.#isReachable(validator.name)) power += validator.power;
    this.#pacer.setConnected(power >= this.#validators.quorum);
  }

  #isReachable(name: string): boolean {
    return name === this.#options.self.name || this.#isConnected(name);
  }

  #isConnected(peer: string): boolean {
    return this.#transport.peers().some(({ name, connected }) => connected && name === peer);
  }

  #isPresent(height: number): boolean {
    const status = this.#engine.status();
    return this.#running && status.height === height && !status.decided;
  }

  /** A timer of the present height. */
  #later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  #halt(): void {
    this.#running = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#pacer.stop();
    this.#catchUp.stop();
    this.#wanted.clear();
  }

  /** This node must not go on: it would say or store something wrong. The process is not ended here. */
  #fail(cause: unknown): void {
    if (!this.#running) return;
    this.#halt();
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.#options.log.error('consensus stopped', { error });
    this.#options.onFatal(error);
  }
}
