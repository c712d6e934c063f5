import { describe, expect, it } from 'vitest';
import type { Effect, Input, Tendermint, WalEntry } from '../src/index.ts';
import { A, B, brief, certificate, engineOf, proposal, validatorSet, vote } from './fixtures.ts';

const start: Input = { type: 'start', height: 1, validators: validatorSet(), wal: [] };
const due: Input = { type: 'due', height: 1 };
const valid = (valueId: string): Input => ({ type: 'validity', height: 1, valueId, valid: true });
const invalid = (valueId: string): Input => ({
  type: 'validity',
  height: 1,
  valueId,
  valid: false,
});
const built = (valueId: string, round = 0): Input => ({
  type: 'value',
  height: 1,
  round,
  valueId,
});
const timeout = (kind: 'propose' | 'prevote' | 'precommit' | 'rebroadcast', round = 0): Input => ({
  type: 'timeout',
  kind,
  height: 1,
  round,
});
const prevote = (from: number, round: number, valueId: string | null): Input => ({
  type: 'message',
  message: vote('prevote', from, round, valueId),
});
const precommit = (from: number, round: number, valueId: string | null): Input => ({
  type: 'message',
  message: vote('precommit', from, round, valueId),
});
const proposed = (from: number, round: number, valueId: string, polkaRound?: number): Input => ({
  type: 'message',
  message: proposal(
    from,
    round,
    valueId,
    polkaRound === undefined ? undefined : certificate('prevote', [0, 1, 2], polkaRound, valueId),
  ),
});

function run(engine: Tendermint, inputs: readonly Input[]): string[] {
  let effects: Effect[] = [];
  for (const input of inputs) effects = engine.step(input);
  return brief(effects);
}

interface Row {
  readonly line: string;
  readonly self: number;
  readonly inputs: readonly Input[];
  /** Effects of the last input. */
  readonly effects: readonly string[];
}

// Validators 0-3; height 1 is proposed by 1, 2, 3, 0 in rounds 0, 1, 2, 3.
const rows: readonly Row[] = [
  {
    line: 'L10: a height begins quietly',
    self: 1,
    inputs: [start],
    effects: [],
  },
  {
    line: 'L14-L18: the proposer builds when a block is due',
    self: 1,
    inputs: [start, due],
    effects: ['timer propose 0 100', 'build 0'],
  },
  {
    line: 'L19, L24: it proposes what was built and prevotes it, logged first',
    self: 1,
    inputs: [start, due, built(A)],
    effects: [
      'wal proposal 0 a',
      'send proposal 0 a',
      'timer rebroadcast 0 200',
      'wal prevote 0 a',
      'send prevote 0 a',
    ],
  },
  {
    line: 'L18: what was built for a past round is not proposed',
    self: 1,
    inputs: [
      start,
      due,
      timeout('propose'),
      precommit(2, 1, null),
      precommit(3, 1, null),
      built(A),
    ],
    effects: [],
  },
  { line: 'L21: the others wait', self: 0, inputs: [start, due], effects: ['timer propose 0 100'] },
  {
    line: 'L22: a proposal is first judged',
    self: 0,
    inputs: [start, due, proposed(1, 0, A)],
    effects: ['validate a'],
  },
  {
    line: 'L22: ... before it is due as well',
    self: 0,
    inputs: [start, proposed(1, 0, A), valid(A)],
    effects: ['wal prevote 0 a', 'send prevote 0 a', 'timer rebroadcast 0 200'],
  },
  {
    line: 'L26: an invalid value gets a prevote for nil',
    self: 0,
    inputs: [start, due, proposed(1, 0, A), invalid(A)],
    effects: ['wal prevote 0 nil', 'send prevote 0 nil', 'timer rebroadcast 0 200'],
  },
  {
    line: 'L22: a proposal out of turn is nothing',
    self: 0,
    inputs: [start, due, proposed(2, 0, A)],
    effects: [],
  },
  {
    line: 'L34-L35: mixed prevotes start the timer, once',
    self: 0,
    inputs: [start, due, proposed(1, 0, A), valid(A), prevote(1, 0, A), prevote(2, 0, null)],
    effects: ['timer prevote 0 50'],
  },
  {
    line: 'L36-L43: a polka locks and precommits; the polka is logged before',
    self: 0,
    inputs: [start, due, proposed(1, 0, A), valid(A), prevote(1, 0, A), prevote(2, 0, A)],
    effects: ['timer prevote 0 50', 'wal polka 0 a', 'wal precommit 0 a', 'send precommit 0 a'],
  },
  {
    line: 'L36: a polka without the proposal asks for the value',
    self: 0,
    inputs: [start, due, timeout('propose'), prevote(1, 0, A), prevote(2, 0, A), prevote(3, 0, A)],
    effects: ['validate a'],
  },
  {
    line: 'L36: ... and locks when it has come',
    self: 0,
    inputs: [
      [start, due, timeout('propose'), prevote(1, 0, A), prevote(2, 0, A), prevote(3, 0, A)],
      valid(A),
    ].flat(),
    effects: ['wal polka 0 a', 'wal precommit 0 a', 'send precommit 0 a'],
  },
  {
    line: 'L42: a late polka makes the value valid without a precommit',
    self: 0,
    inputs: [
      [start, due, proposed(1, 0, A), valid(A), prevote(1, 0, A), prevote(2, 0, null)],
      [timeout('prevote'), prevote(3, 0, A)],
    ].flat(),
    effects: ['wal polka 0 a'],
  },
  {
    line: 'L44-L46: 2f+1 prevotes for nil',
    self: 0,
    inputs: [start, due, timeout('propose'), prevote(1, 0, null), prevote(2, 0, null)],
    effects: ['timer prevote 0 50', 'wal precommit 0 nil', 'send precommit 0 nil'],
  },
  {
    line: 'L47-L48: mixed precommits start the timer',
    self: 0,
    inputs: [start, due, precommit(1, 0, A), precommit(2, 0, null), precommit(3, 0, null)],
    effects: ['timer precommit 0 50'],
  },
  {
    line: '2f+1 precommits for nil end the round at once',
    self: 0,
    inputs: [start, due, precommit(1, 0, null), precommit(2, 0, null), precommit(3, 0, null)],
    effects: ['timer propose 1 110'],
  },
  {
    line: 'L49-L54: 2f+1 precommits decide',
    self: 0,
    inputs: [
      [start, due, proposed(1, 0, A), valid(A)],
      [precommit(1, 0, A), precommit(2, 0, A), precommit(3, 0, A)],
    ].flat(),
    effects: ['decide 0 a'],
  },
  {
    line: 'L49: in any round',
    self: 0,
    inputs: [
      [start, due, proposed(1, 0, A), valid(A), precommit(1, 0, A), precommit(2, 0, A)],
      [prevote(1, 2, null), prevote(2, 2, null), precommit(3, 0, A)],
    ].flat(),
    effects: ['decide 0 a'],
  },
  {
    line: 'L49: without the proposal the value is asked for first',
    self: 0,
    inputs: [start, precommit(1, 0, A), precommit(2, 0, A), precommit(3, 0, A)],
    effects: ['validate a', 'timer precommit 0 50'],
  },
  {
    line: 'L50: what two thirds committed and this node rejects ends it',
    self: 0,
    inputs: [start, precommit(1, 0, A), precommit(2, 0, A), precommit(3, 0, A), invalid(A)],
    effects: ['diverged'],
  },
  {
    line: 'L55-L56: f+1 in later rounds take this node along, to the round that f+1 have reached',
    self: 0,
    inputs: [start, due, prevote(1, 5, null), precommit(2, 3, null)],
    effects: ['timer propose 3 130', 'build 3'],
  },
  {
    line: 'L55: one alone does not',
    self: 0,
    inputs: [start, due, prevote(1, 5, null), precommit(1, 6, null)],
    effects: [],
  },
  {
    line: 'L57-L60: no proposal, prevote nil',
    self: 0,
    inputs: [start, due, timeout('propose')],
    effects: ['wal prevote 0 nil', 'send prevote 0 nil', 'timer rebroadcast 0 200'],
  },
  {
    line: 'L61-L64: no polka, precommit nil',
    self: 0,
    inputs: [start, due, timeout('propose'), timeout('prevote')],
    effects: ['wal precommit 0 nil', 'send precommit 0 nil'],
  },
  {
    line: 'L65-L67: next round, with longer timeouts',
    self: 0,
    inputs: [start, due, timeout('precommit')],
    effects: ['timer propose 1 110'],
  },
  {
    line: 'L58: timeouts of other rounds and steps mean nothing',
    self: 0,
    inputs: [start, due, timeout('propose'), timeout('propose')],
    effects: [],
  },
  {
    line: 'f+1 prevotes wake a node that thought nothing due',
    self: 0,
    inputs: [start, prevote(2, 0, null), prevote(3, 0, null)],
    effects: ['timer propose 0 100'],
  },
];

/** Validator 0 has locked A in round 0 and is in round 1. */
const lockedOnA: readonly Input[] = [
  [start, due, proposed(1, 0, A), valid(A), prevote(1, 0, A), prevote(2, 0, A)],
  timeout('precommit'),
].flat();
const lockRows: readonly Row[] = [
  {
    line: 'L26: locked, a new value gets nil',
    self: 0,
    inputs: [...lockedOnA, proposed(2, 1, B), valid(B)],
    effects: ['wal prevote 1 nil', 'send prevote 1 nil'],
  },
  {
    line: 'L24: locked, the same value newly proposed gets a prevote',
    self: 0,
    inputs: [...lockedOnA, proposed(2, 1, A)],
    effects: ['wal prevote 1 a', 'send prevote 1 a'],
  },
  {
    line: 'L30: a later polka frees from the lock',
    self: 0,
    inputs: [...lockedOnA, timeout('precommit', 1), proposed(3, 2, B, 1), valid(B)],
    effects: ['wal prevote 2 b', 'send prevote 2 b'],
  },
  {
    line: 'L30: a polka of the lock round frees as well (lockedRound <= vr)',
    self: 0,
    inputs: [...lockedOnA, proposed(2, 1, B, 0), valid(B)],
    effects: ['wal prevote 1 b', 'send prevote 1 b'],
  },
  {
    line: 'L16: the proposer proposes its valid value again, with its polka',
    self: 0,
    inputs: [...lockedOnA, timeout('precommit', 1), timeout('precommit', 2)],
    effects: [
      'timer propose 3 130',
      'wal proposal 3 a',
      'send proposal 3 a',
      'wal prevote 3 a',
      'send prevote 3 a',
    ],
  },
];

describe('Tendermint, clause by clause', () => {
  it.each([...rows, ...lockRows])('$line', ({ self, inputs, effects }) => {
    expect(run(engineOf(self), inputs)).toEqual(effects);
  });
});

describe('Tendermint', () => {
  it('decides with a certificate of exactly the precommits for the value', () => {
    const engine = engineOf(0);
    const inputs = [start, due, proposed(1, 0, A), valid(A), precommit(1, 0, A)];
    run(engine, [...inputs, precommit(2, 0, A)]);
    const effects = engine.step(precommit(3, 0, A));
    expect(effects).toContainEqual(
      expect.objectContaining({
        type: 'decide',
        certificate: certificate('precommit', [1, 2, 3], 0, A),
      }),
    );
  });

  it('gives evidence once of two votes, and counts the first', () => {
    const engine = engineOf(0);
    run(engine, [start, due, prevote(1, 0, A)]);
    expect(run(engine, [prevote(1, 0, B)])).toEqual(['evidence 1']);
    expect(run(engine, [prevote(1, 0, B)])).toEqual([]);
    expect(run(engine, [prevote(1, 0, A)])).toEqual([]);
    expect(engine.state?.log.round(0).prevotes.total).toBe(1);
  });

  it('ignores forged votes', () => {
    const engine = engineOf(0);
    const forged = { ...vote('prevote', 1, 0, A), signature: new Uint8Array(64) };
    run(engine, [start, due, { type: 'message', message: forged }]);
    expect(engine.state?.log.round(0).prevotes.total).toBe(0);
  });

  it('keeps votes for the next height until it begins', () => {
    const engine = engineOf(0);
    const early = (from: number): Input => ({
      type: 'message',
      message: vote('prevote', from, 0, null, 2),
    });
    run(engine, [start, due]);
    expect(run(engine, [early(1)])).toEqual(['behind 2 1']);
    run(engine, [early(2), early(3)]);
    engine.step({ type: 'start', height: 2, validators: validatorSet(), wal: [] });
    expect(engine.state?.log.round(0).prevotes.total).toBe(3);
  });

  it('keeps a bounded number of messages for rounds to come', () => {
    const engine = engineOf(0);
    run(engine, [start, due]);
    for (let round = 1; round < 1000; round++) engine.step(prevote(1, round, null));
    let kept = 0;
    for (let round = 1; round < 1000; round++)
      kept += engine.state?.log.round(round).prevotes.votes.size ?? 0;
    expect(kept).toBe(8);
  });

  it('takes a genuine certificate from a peer for precommits, after judging the value', () => {
    const engine = engineOf(0);
    const synced: Input = {
      type: 'synced',
      certificate: certificate('precommit', [0, 1, 3], 4, B),
    };
    expect(run(engine, [start, synced])).toEqual(['validate b']);
    expect(run(engine, [valid(B)])).toEqual(['decide 4 b']);
  });

  it('refuses one of too few', () => {
    const synced: Input = { type: 'synced', certificate: certificate('precommit', [0, 1], 4, B) };
    expect(run(engineOf(0), [start, synced])).toEqual(['refused']);
  });

  it('repeats itself and the present round of others while undecided', () => {
    const engine = engineOf(0);
    run(engine, [start, due, proposed(1, 0, A), valid(A), prevote(2, 0, A)]);
    expect(run(engine, [timeout('rebroadcast')])).toEqual([
      'send prevote 0 a',
      'send proposal 0 a',
      'send prevote 0 a',
      'timer rebroadcast 0 200',
    ]);
  });

  it('observes without speaking when its key is not in the set', () => {
    const engine = engineOf(7);
    const inputs = [start, due, proposed(1, 0, A), valid(A), timeout('propose')];
    expect(run(engine, inputs)).toEqual([]);
    const votes = [precommit(1, 0, A), precommit(2, 0, A)];
    expect(run(engine, [...votes, precommit(3, 0, A)])).toEqual(['decide 0 a']);
  });

  it('is a single validator and decides alone', () => {
    const engine = engineOf(0);
    const validators = validatorSet([1]);
    run(engine, [{ type: 'start', height: 1, validators, wal: [] }, due]);
    expect(run(engine, [built(A)]).at(-1)).toBe('decide 0 a');
  });
});

describe('replay', () => {
  /** Runs inputs and gives what was logged. */
  function logOf(self: number, inputs: readonly Input[]): WalEntry[] {
    const engine = engineOf(self);
    return inputs
      .flatMap((input) => engine.step(input))
      .flatMap((effect) => (effect.type === 'wal' ? [effect.entry] : []));
  }
  const restarted = (self: number, wal: readonly WalEntry[]): Tendermint => {
    const engine = engineOf(self);
    engine.step({ ...start, wal });
    return engine;
  };

  it('says again what was logged, and nothing else', () => {
    const wal = logOf(0, lockedOnA.slice(0, -1));
    const engine = engineOf(0);
    expect(brief(engine.step({ ...start, wal }))).toEqual([
      'send prevote 0 a',
      'send precommit 0 a',
      'timer rebroadcast 0 200',
    ]);
    expect(engine.status()).toMatchObject({ round: 0, step: 'precommit' });
  });

  it('remembers the lock', () => {
    const engine = restarted(0, logOf(0, lockedOnA));
    run(engine, [timeout('precommit')]);
    expect(run(engine, [proposed(2, 1, B), valid(B)])).toEqual([
      'wal prevote 1 nil',
      'send prevote 1 nil',
    ]);
  });

  it('remembers the valid value and its polka', () => {
    const engine = restarted(0, logOf(0, lockedOnA));
    run(engine, [timeout('precommit'), timeout('precommit', 1)]);
    const effects = engine.step(timeout('precommit', 2));
    expect(effects).toContainEqual(
      expect.objectContaining({
        type: 'send',
        message: proposal(0, 3, A, certificate('prevote', [0, 1, 2], 0, A)),
      }),
    );
  });

  it('does not build again what it has proposed', () => {
    const wal = logOf(1, [start, due, built(A)]).slice(0, 1);
    const engine = engineOf(1);
    expect(brief(engine.step({ ...start, wal }))).toEqual([
      'send proposal 0 a',
      'timer rebroadcast 0 200',
      'timer propose 0 100',
      'validate a',
    ]);
    expect(run(engine, [built(B)])).toEqual([]);
  });

  it('forgets nothing at any cut of the log: no vote is ever given twice', () => {
    const history = [...lockedOnA, proposed(2, 1, B), valid(B), timeout('prevote', 1)];
    const wal = logOf(0, history);
    for (let cut = 0; cut <= wal.length; cut++) {
      const engine = restarted(0, wal.slice(0, cut));
      const said = new Map<string, string | null>();
      for (const entry of wal.slice(0, cut))
        if (entry.type === 'message' && entry.message.type === 'vote')
          said.set(`${entry.message.kind} ${entry.message.round}`, entry.message.valueId);
      // The world as opposed to what it was as can be.
      const world: Input[] = [
        [due, proposed(1, 0, B), valid(B), timeout('propose'), timeout('prevote')],
        [prevote(1, 0, B), prevote(2, 0, B), prevote(3, 0, B), timeout('precommit')],
        [proposed(2, 1, A), valid(A), timeout('propose', 1), timeout('prevote', 1)],
      ].flat();
      for (const effect of world.flatMap((input) => engine.step(input))) {
        if (effect.type !== 'send' || effect.message.type !== 'vote') continue;
        const { kind, round, valueId, validator } = effect.message;
        if (validator !== 0) continue;
        const before = said.get(`${kind} ${round}`);
        if (before !== undefined) expect(valueId).toBe(before);
        said.set(`${kind} ${round}`, valueId);
      }
    }
  });

  it('passes over entries of other heights', () => {
    const wal = logOf(0, lockedOnA);
    const engine = engineOf(0);
    const effects = engine.step({ type: 'start', height: 2, validators: validatorSet(), wal });
    expect(effects).toEqual([]);
    expect(engine.state?.locked).toBeUndefined();
  });
});
