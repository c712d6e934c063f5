/**
 * Tendermint as published: Algorithm 1 of "The latest gossip on BFT consensus" (arXiv 1807.04938v3),
 * whose line numbers stand beside the code. Where it says more than the paper:
 *
 * - A re-proposal (validRound >= 0) carries its polka as a certificate, because there is no gossip
 *   layer under this that brings every process every prevote.
 * - The first round of a height begins when the host says that a block is `due`.
 * - A proposer starts its own propose timeout too: it may fail to build.
 * - A process that has spoken repeats itself, and the present round's messages of others, until the
 *   height is decided: that is the paper's gossip assumption, made by hand.
 */
import { type VerifyContext, verifyCertificate } from '../certificate.ts';
import type { Effect, Engine, EngineStatus, Input, TimerKind } from '../engine.ts';
import type {
  Certificate,
  CryptoPort,
  Message,
  ValidatorIndex,
  ValueId,
  VoteKind,
} from '../types.ts';
import type { ValidatorSet } from '../validators.ts';
import { verifyMessage } from '../verify.ts';
import { EarlyMessages } from './early-messages.ts';
import { hasSent, isProposer, repetitionOf, signedProposal, signedVote } from './own-messages.ts';
import { replay } from './replay.ts';
import { enabledRule, type Rule } from './rules.ts';
import { type HeightState, initialState } from './state.ts';
import { type Timeouts, timeoutMs } from './timeouts.ts';

export interface TendermintOptions {
  /** 32 bytes that name the network. */
  readonly domain: Uint8Array;
  /** This node's ed25519 public key; a node whose key is not in a height's set observes. */
  readonly publicKey: Uint8Array;
  readonly timeouts: Timeouts;
  readonly crypto: CryptoPort;
}

export class Tendermint implements Engine {
  /** Open to tests and the simulator; nobody else's business. Undefined before the first start. */
  state: HeightState | undefined;
  readonly #options: TendermintOptions;
  readonly #early = new EarlyMessages();
  #effects: Effect[] = [];

  constructor(options: TendermintOptions) {
    this.#options = options;
  }

  status(): EngineStatus {
    const { height = 0, round = 0, step = 'idle', decided = false } = this.state ?? {};
    return { height, round, step: decided ? 'decided' : step, decided };
  }

  step(input: Input): Effect[] {
    this.#effects = [];
    if (input.type === 'start') {
      this.#start(input);
    } else if (this.state !== undefined) {
      this.#accept(this.state, input);
    }
    if (this.state !== undefined) this.#settle(this.state);
    return this.#effects;
  }

  /** L10 and L51-L54. */
  #start({ height, validators, wal }: Extract<Input, { type: 'start' }>): void {
    const state = initialState(height, validators, this.#indexIn(validators));
    this.state = state;
    replay(state, wal);
    if (state.sent.length === 0) {
      this.#startRound(state, 0);
    } else {
      this.#resend(state);
      this.#keepResending(state);
      if (state.step === 'propose') this.#enterPropose(state);
    }
    for (const { message, verified } of this.#early.take(height, validators))
      this.#receive(state, message, verified);
  }

  #accept(state: HeightState, input: Exclude<Input, { type: 'start' }>): void {
    switch (input.type) {
      case 'message':
        this.#receive(state, input.message, false);
        return;
      case 'due':
        if (input.height === state.height) this.#due(state);
        return;
      case 'value': // getValue() of L18 has returned
        if (input.height === state.height && input.round === state.round) {
          state.validity.set(input.valueId, 'valid');
          if (state.step === 'propose' && isProposer(state)) this.#propose(state, input.valueId);
        }
        return;
      case 'validity':
        if (input.height === state.height)
          state.validity.set(input.valueId, input.valid ? 'valid' : 'invalid');
        return;
      case 'timeout':
        if (input.height === state.height && !state.decided) this.#timeout(state, input);
        return;
      case 'synced':
        this.#sync(state, input.certificate);
        return;
      case 'resend':
        if (!state.decided) this.#resend(state);
        return;
    }
  }

  /** Fires the enabled clauses until none is left. */
  #settle(state: HeightState): void {
    for (let rule = enabledRule(state); rule !== undefined; rule = enabledRule(state))
      this.#fire(state, rule);
  }

  #fire(state: HeightState, rule: Rule): void {
    const { height, round } = state;
    switch (rule.rule) {
      case 'ask':
        state.validity.set(rule.valueId, 'asked');
        this.#effects.push({ type: 'validate', height, valueId: rule.valueId });
        return;
      case 'decide': // L51-L54: the host commits, then starts the next height
        state.decided = true;
        this.#effects.push({
          type: 'decide',
          height,
          round: rule.certificate.round,
          valueId: rule.certificate.valueId,
          certificate: rule.certificate,
        });
        return;
      case 'diverge':
        state.decided = true;
        this.#effects.push({ type: 'diverged', certificate: rule.certificate });
        return;
      case 'skip': // L56
        this.#startRound(state, rule.round);
        return;
      case 'wake':
        this.#due(state);
        return;
      case 'prevote': // L24, L26, L30, L32; L27, L33
        this.#vote(state, 'prevote', rule.valueId);
        state.step = 'prevote';
        return;
      case 'prevoteTimer': // L35
        state.log.round(round).fired.add('L34');
        this.#timer(state, 'prevote');
        return;
      case 'polka': {
        const { valueId } = rule;
        const certificate = state.log.certificate('prevote', height, round, valueId);
        state.log.round(round).fired.add('L36');
        state.valid = { valueId, round, polka: certificate }; // L42-L43
        // Before the precommit, so that the log never holds a lock without its polka.
        this.#effects.push({ type: 'wal', entry: { type: 'polka', certificate } });
        if (state.step === 'prevote') {
          state.locked = { valueId, round }; // L38-L39
          this.#vote(state, 'precommit', valueId); // L40
          state.step = 'precommit'; // L41
        }
        return;
      }
      case 'precommitNil': // L45-L46
        this.#vote(state, 'precommit', null);
        state.step = 'precommit';
        return;
      case 'precommitTimer': // L48
        state.log.round(round).fired.add('L47');
        this.#timer(state, 'precommit');
        return;
    }
  }

  /** L11-L13. */
  #startRound(state: HeightState, round: number): void {
    state.round = round;
    state.step = 'propose';
    if (round > 0) state.due = true;
    if (state.due) this.#enterPropose(state);
  }

  #due(state: HeightState): void {
    if (state.due) return;
    state.due = true;
    if (state.step === 'propose') this.#enterPropose(state);
  }

  /** L14-L21. */
  #enterPropose(state: HeightState): void {
    const { height, round, valid } = state;
    this.#timer(state, 'propose'); // L21
    if (!isProposer(state) || hasSent(state, 'proposal')) return;
    if (valid !== undefined)
      this.#propose(state, valid.valueId, valid.polka); // L16, L19
    else this.#effects.push({ type: 'build', height, round }); // L18
  }

  /** L57-L67. */
  #timeout(state: HeightState, { kind, round }: { kind: TimerKind; round: number }): void {
    if (kind === 'rebroadcast') {
      this.#resend(state);
      this.#timer(state, 'rebroadcast');
      return;
    }
    if (round !== state.round) return;
    switch (kind) {
      case 'propose': // L57-L60
        if (state.step !== 'propose') return;
        this.#vote(state, 'prevote', null);
        state.step = 'prevote';
        return;
      case 'prevote': // L61-L64
        if (state.step !== 'prevote') return;
        this.#vote(state, 'precommit', null);
        state.step = 'precommit';
        return;
      case 'precommit': // L65-L67
        this.#startRound(state, round + 1);
        return;
    }
  }

  #receive(state: HeightState, message: Message, verified: boolean): void {
    const { height, validators } = state;
    if (message.height < height) return;
    const context = this.#context(validators);
    if (message.height > height) {
      if (this.#early.isFull(message) || !verifyMessage(context, message)) return;
      if (this.#early.keep(message, height, validators) && !state.decided)
        this.#effects.push({
          type: 'behind',
          height: message.height,
          validator: message.validator,
        });
      return;
    }
    if (state.decided) return;
    // What brings nothing new is dropped before the costly check of its signature.
    const known = state.log.counterpart(message);
    const accusation = accusationOf(message);
    if (known !== undefined && (isRepetition(known, message) || state.accused.has(accusation)))
      return;
    if (!verified && !verifyMessage(context, message)) return;
    const recorded = state.log.record(message, state.round);
    if (recorded.result !== 'conflict') return;
    state.accused.add(accusation);
    const evidence = { first: recorded.with, second: message };
    this.#effects.push({ type: 'evidence', evidence });
  }

  #propose(state: HeightState, valueId: ValueId, polka?: Certificate): void {
    if (state.self === undefined || hasSent(state, 'proposal')) return;
    this.#say(state, signedProposal(this.#options, state, state.self, valueId, polka));
  }

  #vote(state: HeightState, kind: VoteKind, valueId: ValueId | null): void {
    if (state.self === undefined || hasSent(state, kind)) return;
    this.#say(state, signedVote(this.#options, state, state.self, kind, valueId));
  }

  /** Logs, counts and sends a message of this node. */
  #say(state: HeightState, message: Message): void {
    state.sent.push(message);
    state.log.record(message, state.round);
    this.#effects.push({ type: 'wal', entry: { type: 'message', message } });
    this.#effects.push({ type: 'send', message });
    this.#keepResending(state);
  }

  #resend(state: HeightState): void {
    for (const message of repetitionOf(state)) this.#effects.push({ type: 'send', message });
  }

  #keepResending(state: HeightState): void {
    if (state.rebroadcasting) return;
    state.rebroadcasting = true;
    this.#timer(state, 'rebroadcast');
  }

  #timer({ height, round }: HeightState, kind: TimerKind): void {
    const ms = timeoutMs(this.#options.timeouts, kind, round);
    this.#effects.push({ type: 'timer', kind, height, round, ms });
  }

  /** A certificate for another height comes too late or too early; it says nothing about its giver. */
  #sync(state: HeightState, certificate: Certificate): void {
    if (certificate.height !== state.height || state.decided) return;
    const genuine =
      certificate.kind === 'precommit' &&
      verifyCertificate(this.#context(state.validators), certificate);
    if (genuine) state.synced = certificate;
    else this.#effects.push({ type: 'refused', certificate });
  }

  #context(validators: ValidatorSet): VerifyContext {
    return { domain: this.#options.domain, validators, verify: this.#options.crypto.verify };
  }

  #indexIn({ validators }: ValidatorSet): ValidatorIndex | undefined {
    const own = this.#options.publicKey;
    const index = validators.findIndex(({ publicKey }) =>
      publicKey.every((byte, at) => byte === own[at]),
    );
    return index < 0 ? undefined : index;
  }
}

function accusationOf(message: Message): string {
  const kind = message.type === 'vote' ? message.kind : message.type;
  return `${message.validator}/${message.round}/${kind}`;
}

function isRepetition(known: Message, message: Message): boolean {
  if (known.valueId !== message.valueId) return false;
  if (known.type === 'vote' || message.type === 'vote') return true;
  return known.validRound === message.validRound && known.validator === message.validator;
}
