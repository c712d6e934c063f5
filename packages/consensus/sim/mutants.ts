/**
 * Wrong versions of core and host, each with one mistake. The simulator is worth its name only if
 * every one of them breaks a property within the seeds that the right version survives.
 */
import type { CryptoPort, Effect, Engine, Input, Tendermint } from '../src/index.ts';
import type { ValidatorSet } from '../src/validators.ts';
import type { HostDefects } from './node.ts';

export interface Mutant {
  readonly engine?: (engine: Tendermint) => Engine;
  readonly validators?: (right: ValidatorSet) => ValidatorSet;
  readonly verify?: CryptoPort['verify'];
  readonly host?: HostDefects;
}

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'two votes of four make a quorum': { validators: (right) => ({ ...right, quorum: 2 }) },
  'locks are forgotten': {
    engine: (engine) =>
      before(engine, () => {
        if (engine.state !== undefined) engine.state.locked = undefined;
      }),
  },
  'the log is not replayed': { host: { skipReplay: true } },
  'the log is not synced before sending': { host: { skipSync: true } },
  'signatures and certificates are not verified': { verify: () => true },
  're-proposals come without their polka': { host: { stripPolka: true } },
  'locked values are not logged': { host: { skipValueLog: true } },
  'the last entry of the log is not replayed': { host: { replayShort: true } },
  'nobody repeats what it said': {
    engine: (engine) =>
      filtered(engine, (effect) => effect.type !== 'timer' || effect.kind !== 'rebroadcast'),
  },
  'invalid values are voted for': {
    engine: (engine) => ({
      status: () => engine.status(),
      step: (input: Input) =>
        engine.step(input.type === 'validity' ? { ...input, valid: true } : input),
    }),
  },
  'blocks of peers are committed unchecked': { host: { trustPeers: true } },
  'a vote is logged after it was sent': { host: { logLate: true } },
};

function filtered(engine: Tendermint, keep: (effect: Effect) => boolean): Engine {
  return {
    status: () => engine.status(),
    step: (input: Input) => engine.step(input).filter(keep),
  };
}

function before(engine: Tendermint, meddle: () => void): Engine {
  return {
    status: () => engine.status(),
    step: (input: Input) => {
      meddle();
      return engine.step(input);
    },
  };
}
