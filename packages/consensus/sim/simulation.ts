/**
 * Runs a whole network on one seed: the same seed gives the same run, message by message. Twins
 * (arXiv 2004.10617): a faulty validator is two honest programs with one key that do not know of
 * each other; on top it forges certificates.
 */
import {
  createValidatorSet,
  type Engine,
  proposerAt,
  Tendermint,
  type Timeouts,
} from '../src/index.ts';
import { forgedCertificate, forgedReproposal } from './byzantine.ts';
import { EventQueue } from './event-queue.ts';
import { drawFaults } from './faults.ts';
import { Invariants, Violation } from './invariants.ts';
import type { Mutant } from './mutants.ts';
import { SimulatedNetwork } from './network.ts';
import { type Alarm, type Packet, SimulatedNode, type World } from './node.ts';
import { createRandom } from './random.ts';
import { simulatedCrypto, simulatedKey, verifySimulated } from './signatures.ts';

export interface SimulationOptions {
  readonly validators?: number;
  /** Validators that are twins; at most a third, less one, of all for the properties to hold. */
  readonly twins?: number;
  readonly mutant?: Mutant;
}

export interface Outcome {
  readonly events: number;
  readonly heights: number;
  readonly maxRound: number;
  readonly evidence: number;
  readonly simulatedMs: number;
}

/** After stabilisation every honest node decides this many heights within this time. */
const LIVENESS_HEIGHTS = 20;
const LIVENESS_MS = 20_000;

const TIMEOUTS: Timeouts = { propose: 60, prevote: 20, precommit: 20, delta: 20, rebroadcast: 80 };
const DOMAIN = new Uint8Array(32).fill(7);

type Event =
  | { readonly at: 'packet'; readonly from: number; readonly to: number; readonly packet: Packet }
  | {
      readonly at: 'alarm';
      readonly node: number;
      readonly life: number;
      readonly alarm: Alarm;
    }
  | { readonly at: 'fault' }
  | { readonly at: 'restart'; readonly node: number }
  | { readonly at: 'lie'; readonly node: number }
  | { readonly at: 'stabilisation' };

/** @throws Violation when a property does not hold. */
export function simulate(seed: number, options: SimulationOptions = {}): Outcome {
  const { validators: count = 4, twins = 1, mutant = {} } = options;
  const random = createRandom(seed);
  const instances = count + twins;
  const plan = drawFaults(random, instances);
  const network = new SimulatedNetwork(random, plan, instances);
  const queue = new EventQueue<Event>();
  const validatorOf = (instance: number): number =>
    instance < count ? instance : instance - count;
  const isFaulty = (instance: number): boolean => validatorOf(instance) < twins;
  const validators = createValidatorSet(
    Array.from({ length: count }, (_, i) => ({
      name: `v${i}`,
      publicKey: simulatedKey(i),
      power: 1,
    })),
  );
  const faulty = new Set(Array.from({ length: twins }, (_, i) => i));
  const invariants = new Invariants(DOMAIN, validators, faulty);

  let now = 0;
  let events = 0;
  let maxRound = 0;
  let evidence = 0;
  let values = 0;
  const alive = Array.from({ length: instances }, () => true);
  const life = Array.from({ length: instances }, () => 0);

  const makeEngine = (instance: number) => (): Engine => {
    const crypto = simulatedCrypto(validatorOf(instance));
    const engine = new Tendermint({
      domain: DOMAIN,
      publicKey: simulatedKey(validatorOf(instance)),
      timeouts: TIMEOUTS,
      crypto: { ...crypto, verify: mutant.verify ?? verifySimulated },
    });
    return mutant.engine?.(engine) ?? engine;
  };

  const transmit = (from: number, to: number, packet: Packet): void => {
    if (isFaulty(from) && validatorOf(from) === validatorOf(to)) return;
    for (const delay of network.deliveries(now, from, to))
      queue.push(now + delay, { at: 'packet', from, to, packet });
  };
  const crash = (node: number): void => {
    if (!alive[node]) return;
    alive[node] = false;
    life[node] = (life[node] as number) + 1;
    nodes[node]?.crash();
    queue.push(now + random.between(10, 300), { at: 'restart', node });
  };
  /** Names of values; those of faulty validators are invalid at times, which shows in the name. */
  const newValue = (instance: number): string => {
    const bad = isFaulty(instance) && random.chance(0.2);
    return (bad ? 'f' : '0') + (++values).toString(16).padStart(63, '0');
  };

  const worldOf = (instance: number): World => ({
    random,
    validators: mutant.validators?.(validators) ?? validators,
    maxExecution: plan.maxExecution,
    maxPacing: plan.maxPacing,
    send: (to, packet) => {
      for (let i = 0; i < instances; i++)
        if (validatorOf(i) === validatorOf(to)) transmit(instance, i, packet);
    },
    broadcast: (packet) => {
      for (let i = 0; i < instances; i++) if (i !== instance) transmit(instance, i, packet);
    },
    alarm: (delay, alarm) =>
      queue.push(now + delay * (plan.clockRate[instance] as number), {
        at: 'alarm',
        node: instance,
        life: life[instance] as number,
        alarm,
      }),
    newValue: () => newValue(instance),
    isValid: (valueId) => valueId.startsWith('0'),
    onSent: (message) => {
      if (!isFaulty(instance) && message.validator === instance) invariants.sent(message);
    },
    onDecide: (certificate, chainLength) => {
      maxRound = Math.max(maxRound, certificate.round);
      if (isFaulty(instance)) return;
      const valid = certificate.valueId.startsWith('0');
      invariants.decided(instance, chainLength, certificate, valid);
    },
    onEffect: (effect) => {
      if (isFaulty(instance)) return;
      if (effect.type === 'evidence') {
        evidence++;
        invariants.accused(effect.evidence);
      }
      if (effect.type === 'diverged') invariants.diverged(instance);
    },
    dies: () => {
      if (!alive[instance]) return true;
      if (now >= plan.stabilisation || !random.chance(plan.dieActing)) return false;
      crash(instance);
      return true;
    },
  });
  const nodes = Array.from(
    { length: instances },
    (_, i) => new SimulatedNode(i, makeEngine(i), worldOf(i), mutant.host ?? {}),
  );

  /** A faulty validator sends someone something that it made up. */
  const lie = (liar: number): void => {
    const victim = random.below(instances);
    const height = (nodes[victim]?.chain.length ?? 0) + 1;
    const valueId = newValue(liar);
    const round = random.below(3);
    if (proposerAt(validators, height, round + 1) === validatorOf(liar)) {
      const message = forgedReproposal(DOMAIN, validators, { height, round: round + 1, valueId });
      transmit(liar, victim, { type: 'message', message, value: valueId });
    } else {
      const content = { kind: 'precommit', height, round, valueId } as const;
      const certificate = forgedCertificate(validators, content);
      transmit(liar, victim, { type: 'block', certificate });
    }
  };

  const honest = nodes.filter((_, i) => !isFaulty(i));
  const lengths = (): number[] => honest.map((node) => node.chain.length);
  for (const node of nodes) node.boot();
  for (let t = 20; t < plan.stabilisation; t += plan.interval * random.between(0.5, 1.5))
    queue.push(t, { at: 'fault' });
  for (let i = 0; i < twins; i++)
    for (let t = 50; t < plan.stabilisation; t += random.between(20, 200))
      queue.push(t, { at: 'lie', node: i });
  queue.push(plan.stabilisation, { at: 'stabilisation' });

  let goal = Number.POSITIVE_INFINITY;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { event } = next;
    now = next.time;
    events++;
    if (now > plan.stabilisation + LIVENESS_MS)
      throw new Violation('liveness', `heights ${lengths().join()} of ${goal}`);
    switch (event.at) {
      case 'packet':
        if (alive[event.to]) nodes[event.to]?.onPacket(validatorOf(event.from), event.packet);
        break;
      case 'alarm':
        if (alive[event.node] && life[event.node] === event.life)
          nodes[event.node]?.onAlarm(event.alarm);
        break;
      case 'fault':
        if (random.chance(plan.crashShare)) crash(random.below(instances));
        else network.partition();
        break;
      case 'restart':
        alive[event.node] = true;
        nodes[event.node]?.boot();
        break;
      case 'lie':
        lie(event.node);
        break;
      case 'stabilisation':
        network.heal();
        goal = Math.max(...lengths()) + LIVENESS_HEIGHTS;
        break;
    }
    if (honest.every((node) => node.chain.length >= goal)) break;
  }
  return { events, heights: Math.max(...lengths()), maxRound, evidence, simulatedMs: now };
}
