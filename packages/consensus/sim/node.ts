/**
 * A host in miniature: what services/sequencer does around the core, in simulated time. Disk: a log
 * whose unsynced end is lost in a crash, and the chain. Memory: everything else.
 */
import type { Certificate, Effect, Engine, Input, Message, WalEntry } from '../src/index.ts';
import type { ValidatorSet } from '../src/validators.ts';
import type { Random } from './random.ts';

/** What nodes tell each other. */
export type Packet =
  | { readonly type: 'message'; readonly message: Message; readonly value?: string }
  | { readonly type: 'status'; readonly height: number }
  | { readonly type: 'want'; readonly valueId: string }
  | { readonly type: 'have'; readonly valueId: string }
  | { readonly type: 'pull'; readonly height: number }
  | { readonly type: 'block'; readonly certificate: Certificate };

/** Local happenings; lost when the node crashes. */
export type Alarm =
  | { readonly type: 'input'; readonly input: Input }
  | { readonly type: 'commit'; readonly certificate: Certificate }
  | { readonly type: 'pull'; readonly from: number; readonly height: number }
  | { readonly type: 'want'; readonly valueId: string; readonly height: number };

/** The world, as one node sees it. */
export interface World {
  readonly random: Random;
  readonly validators: ValidatorSet;
  /** Instances of the node numbers, twins included. */
  send(to: number, packet: Packet): void;
  broadcast(packet: Packet): void;
  alarm(delay: number, alarm: Alarm): void;
  newValue(): string;
  isValid(valueId: string): boolean;
  onSent(message: Message): void;
  onDecide(certificate: Certificate, chainLength: number): void;
  onEffect(effect: Effect): void;
  /** Whether the node dies before the next effect. */
  dies(): boolean;
  readonly maxExecution: number;
  readonly maxPacing: number;
}

/** Which duties of a host are left out, to see that the simulator notices. */
export interface HostDefects {
  readonly skipReplay?: boolean;
  readonly skipSync?: boolean;
  readonly skipValueLog?: boolean;
  readonly stripPolka?: boolean;
  readonly trustPeers?: boolean;
  readonly replayShort?: boolean;
  readonly logLate?: boolean;
}

const PULL_GRACE = 20;
const PULL_INTERVAL = 100;
const WANT_INTERVAL = 60;
/** With syncs left out, the log still reaches the disk at times. */
const ACCIDENTAL_SYNC = 0.3;

export class SimulatedNode {
  readonly chain: Certificate[] = [];
  #engine: Engine;
  readonly #makeEngine: () => Engine;
  readonly #world: World;
  readonly #defects: HostDefects;
  #durable: WalEntry[] = [];
  #unsynced: WalEntry[] = [];
  #values = new Set<string>();
  #wanted = new Set<string>();
  /** Heights that others have, by instance. */
  #ahead = new Map<number, number>();
  readonly #index: number;

  constructor(index: number, makeEngine: () => Engine, world: World, defects: HostDefects) {
    this.#index = index;
    this.#makeEngine = makeEngine;
    this.#engine = makeEngine();
    this.#world = world;
    this.#defects = defects;
  }

  boot(): void {
    const wal = this.#replayable();
    if (this.#defects.skipValueLog !== true)
      for (const entry of wal)
        if (entry.type === 'polka') this.#values.add(entry.certificate.valueId);
    this.#begin(wal);
  }

  #replayable(): readonly WalEntry[] {
    if (this.#defects.skipReplay === true) return [];
    return this.#defects.replayShort === true ? this.#durable.slice(0, -1) : this.#durable;
  }

  /** Loses memory and the unsynced end of the log. */
  crash(): void {
    const kept = this.#world.random.below(this.#unsynced.length + 1);
    this.#durable.push(...this.#unsynced.slice(0, kept));
    this.#unsynced = [];
    this.#values = new Set();
    this.#wanted = new Set();
    this.#ahead = new Map();
    this.#engine = this.#makeEngine();
  }

  onAlarm(alarm: Alarm): void {
    switch (alarm.type) {
      case 'input':
        this.#step(alarm.input);
        return;
      case 'commit':
        this.#commit(alarm.certificate);
        return;
      case 'pull':
        if (alarm.height < this.#height) return;
        this.#world.send(alarm.from, { type: 'pull', height: this.#height });
        this.#world.alarm(PULL_INTERVAL, alarm);
        return;
      case 'want':
        if (alarm.height === this.#height && this.#wanted.has(alarm.valueId))
          this.#want(alarm.valueId);
        return;
    }
  }

  onPacket(from: number, packet: Packet): void {
    switch (packet.type) {
      case 'message':
        if (packet.value !== undefined) this.#have(packet.value);
        if (packet.message.height < this.#height)
          this.#world.send(from, { type: 'status', height: this.chain.length });
        this.#step({ type: 'message', message: packet.message });
        return;
      case 'status':
        this.#learn(from, packet.height);
        return;
      case 'want':
        if (this.#values.has(packet.valueId))
          this.#world.send(from, { type: 'have', valueId: packet.valueId });
        return;
      case 'have':
        this.#have(packet.valueId);
        return;
      case 'pull': {
        const certificate = this.chain[packet.height - 1];
        if (certificate !== undefined) this.#world.send(from, { type: 'block', certificate });
        return;
      }
      case 'block':
        if (this.#defects.trustPeers === true) {
          if (packet.certificate.height === this.#height) this.#commit(packet.certificate);
          return;
        }
        this.#values.add(packet.certificate.valueId);
        this.#step({ type: 'synced', certificate: packet.certificate });
        this.#have(packet.certificate.valueId);
        return;
    }
  }

  get #height(): number {
    return this.chain.length + 1;
  }

  #begin(wal: readonly WalEntry[]): void {
    const { random, validators, maxPacing } = this.#world;
    const height = this.#height;
    this.#step({ type: 'start', height, validators, wal });
    const due: Alarm = { type: 'input', input: { type: 'due', height } };
    this.#world.alarm(random.between(0, maxPacing), due);
  }

  #step(input: Input): void {
    const effects = this.#engine.step(input);
    // The wrong order: what is said first is forgotten by a crash in between.
    if (this.#defects.logLate === true)
      effects.sort((a, b) => Number(a.type === 'wal') - Number(b.type === 'wal'));
    for (const effect of effects) {
      if (this.#world.dies()) return;
      this.#carryOut(effect);
    }
  }

  #carryOut(effect: Effect): void {
    const { random, maxExecution } = this.#world;
    this.#world.onEffect(effect);
    switch (effect.type) {
      case 'wal':
        this.#unsynced.push(effect.entry);
        return;
      case 'send':
        if (this.#defects.skipSync !== true || random.chance(ACCIDENTAL_SYNC)) this.#sync();
        this.#send(effect.message);
        return;
      case 'timer': {
        const { kind, height, round } = effect;
        const input: Input = { type: 'timeout', kind, height, round };
        this.#world.alarm(effect.ms, { type: 'input', input });
        return;
      }
      case 'build': {
        const { height, round } = effect;
        const valueId = this.#world.newValue();
        this.#values.add(valueId);
        const input: Input = { type: 'value', height, round, valueId };
        this.#world.alarm(random.between(1, maxExecution), { type: 'input', input });
        return;
      }
      case 'validate':
        if (this.#values.has(effect.valueId)) this.#execute(effect.valueId);
        else this.#want(effect.valueId);
        return;
      case 'decide':
        this.#world.alarm(random.between(0, 5), {
          type: 'commit',
          certificate: effect.certificate,
        });
        return;
      case 'behind':
        this.#learn(effect.validator, effect.height - 1);
        return;
      case 'evidence':
      case 'refused':
      case 'diverged':
        return;
    }
  }

  #sync(): void {
    this.#durable.push(...this.#unsynced);
    this.#unsynced = [];
  }

  #send(message: Message): void {
    this.#world.onSent(message);
    let sent = message;
    if (this.#defects.stripPolka === true && message.type === 'proposal') {
      const { polka: _, ...rest } = message;
      sent = rest;
    }
    const own = message.type === 'proposal' && this.#values.has(message.valueId);
    this.#world.broadcast({
      type: 'message',
      message: sent,
      ...(own && message.valueId !== null ? { value: message.valueId } : {}),
    });
  }

  #commit(certificate: Certificate): void {
    this.#world.onDecide(certificate, this.chain.length);
    this.chain.push(certificate);
    this.#durable = [];
    this.#unsynced = [];
    this.#values = new Set();
    this.#wanted = new Set();
    this.#begin([]);
  }

  #learn(from: number, height: number): void {
    if (from === this.#index || height <= (this.#ahead.get(from) ?? 0)) return;
    this.#ahead.set(from, height);
    if (height >= this.#height) this.#world.alarm(PULL_GRACE, { type: 'pull', from, height });
  }

  #want(valueId: string): void {
    this.#wanted.add(valueId);
    this.#world.broadcast({ type: 'want', valueId });
    this.#world.alarm(WANT_INTERVAL, { type: 'want', valueId, height: this.#height });
  }

  #have(valueId: string): void {
    this.#values.add(valueId);
    if (this.#wanted.delete(valueId)) this.#execute(valueId);
  }

  #execute(valueId: string): void {
    const { random, maxExecution } = this.#world;
    const valid = this.#world.isValid(valueId);
    const input: Input = { type: 'validity', height: this.#height, valueId, valid };
    this.#world.alarm(random.between(1, maxExecution), { type: 'input', input });
  }
}
