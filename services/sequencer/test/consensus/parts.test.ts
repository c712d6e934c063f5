import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CatchUp, type CatchUpPort } from '../../src/consensus/catch-up.ts';
import { Pacer } from '../../src/consensus/pacer.ts';
import { Serial } from '../../src/consensus/serial.ts';
import { networkId, valueIdOf } from '../../src/consensus/value-id.ts';
import { piecesOf, ValueStore } from '../../src/consensus/value-store.ts';
import { decodeWire, encodeWire, type WireMessage } from '../../src/consensus/wire.ts';

const ID = 'c'.repeat(64);
const certificateOf = (height: number, valueId: string) =>
  ({ kind: 'precommit', height, round: 0, valueId, signatures: [] }) as const;

describe('wire', () => {
  const messages: WireMessage[] = [
    { type: 'piece', valueId: ID, total: 9, offset: 3, bytes: new Uint8Array([1, 2]) },
    { type: 'want', valueId: ID },
    { type: 'status', height: 2 ** 40 },
    { type: 'pull', from: 7, count: 3 },
    { type: 'decided', certificate: certificateOf(4, ID) },
    { type: 'served', next: 9 },
  ];

  it.each(messages)('carries $type', (message) => {
    expect(decodeWire(encodeWire(message))).toEqual(message);
    expect(decodeWire(encodeWire(message).subarray(0, 5))).toBeUndefined();
  });

  it('survives garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeWire(bytes);
      }),
    );
  });
});

describe('values', () => {
  const value = Uint8Array.from(randomBytes(600_000));
  const valueId = valueIdOf(value);
  const pieces = [...piecesOf(valueId, value)];

  it('are put together from pieces', () => {
    const store = new ValueStore(1 << 20);
    const results = pieces.map((piece) => store.accept('a', piece));
    expect(pieces.length).toBe(3);
    expect(results.slice(0, -1)).toEqual([undefined, undefined]);
    expect(results.at(-1)).toEqual(value);
    expect(store.get(valueId)).toEqual(value);
  });

  it('may be empty', () => {
    const id = valueIdOf(new Uint8Array(0));
    const store = new ValueStore(10);
    for (const piece of piecesOf(id, new Uint8Array(0))) store.accept('a', piece);
    expect(store.get(id)?.length).toBe(0);
  });

  it('are refused when they are not what they are called, too long, or out of order', () => {
    const store = new ValueStore(1 << 20);
    for (const piece of piecesOf(ID, value)) expect(store.accept('a', piece)).toBeUndefined();
    expect(store.get(ID)).toBeUndefined();
    for (const piece of pieces.slice(1)) expect(store.accept('a', piece)).toBeUndefined();
    const small = new ValueStore(1000);
    for (const piece of pieces) expect(small.accept('a', piece)).toBeUndefined();
    expect(small.isIncoming(valueId)).toBe(false);
  });

  it('of one peer do not disturb those of another', () => {
    const store = new ValueStore(1 << 20);
    for (const piece of pieces) {
      store.accept('evil', { ...piece, bytes: new Uint8Array(piece.bytes.length) });
      store.accept('good', piece);
    }
    expect(store.get(valueId)).toEqual(value);
  });

  it('for the next height outlive the present one', () => {
    const store = new ValueStore(1 << 20);
    store.put(ID, new Uint8Array(1));
    for (const piece of pieces) store.accept('a', piece);
    expect(store.get(valueId)).toEqual(value);
    store.clear();
    expect(store.get(ID)).toBeUndefined();
    expect(store.get(valueId)).toEqual(value);
    store.put(valueId, value);
    store.clear();
    expect(store.get(valueId)).toBeUndefined();
  });
});

describe('network id', () => {
  it('differs by chain and by genesis', () => {
    const ids = ['0x1', '0x2'].flatMap((chain) =>
      [1, 2].map((fill) => networkId(chain, new Uint8Array(32).fill(fill)).join()),
    );
    expect(new Set(ids).size).toBe(4);
  });
});

describe('serial jobs', () => {
  it('run one after the other, whatever becomes of them', async () => {
    const serial = new Serial();
    const log: string[] = [];
    const job = (name: string, ms: number, fails = false) =>
      serial.run(async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, ms));
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const results = await Promise.allSettled([job('a', 20), job('b', 1, true), job('c', 1)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
    await serial.idle();
  });
});

describe('pacing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function paced(): { pacer: Pacer; due: number[]; setWork: (work: boolean) => void } {
    const due: number[] = [];
    let work = false;
    const pace = { blockTimeMs: 1000, emptyBlockTimeMs: 10_000 };
    const pacer = new Pacer(
      pace,
      () => work,
      () => due.push(performance.now()),
    );
    return {
      pacer,
      due,
      setWork: (now) => {
        work = now;
        pacer.reconsider();
      },
    };
  }

  it('with work: after the block time', () => {
    const { pacer, due, setWork } = paced();
    pacer.setConnected(true);
    const begin = performance.now();
    pacer.begin(begin);
    setWork(true);
    vi.advanceTimersByTime(999);
    expect(due).toEqual([]);
    vi.advanceTimersByTime(5000);
    expect(due).toEqual([begin + 1000]);
  });

  it('with urgent work: at once, whatever the block time', () => {
    const due: number[] = [];
    let isUrgent = false;
    const pacer = new Pacer(
      { blockTimeMs: 60_000, emptyBlockTimeMs: 60_000 },
      () => true,
      () => due.push(performance.now()),
      () => isUrgent,
    );
    const begin = performance.now();
    pacer.begin(begin);
    isUrgent = true;
    pacer.reconsider();
    expect(due).toEqual([]); // nobody is there to decide it
    pacer.setConnected(true);
    expect(due).toEqual([begin]);
    pacer.reconsider();
    expect(due).toEqual([begin]);
  });

  it('without: after the empty block time; work that comes late is taken at once', () => {
    const { pacer, due, setWork } = paced();
    pacer.setConnected(true);
    const begin = performance.now();
    pacer.begin(begin);
    vi.advanceTimersByTime(5000);
    expect(due).toEqual([]);
    setWork(true);
    expect(due).toEqual([begin + 5000]);
    setWork(false);
    pacer.begin(begin + 5000);
    vi.advanceTimersByTime(20_000);
    expect(due).toEqual([begin + 5000, begin + 15_000]);
  });

  it('the work on a block shortens the pause after it, to a quarter at the least', () => {
    const { pacer, due, setWork } = paced();
    pacer.setConnected(true);
    const begin = performance.now();
    pacer.begin(begin);
    setWork(true);
    vi.advanceTimersByTime(1000);
    vi.advanceTimersByTime(300); // until the commit
    pacer.begin(pacer.pauseStart(performance.now()));
    vi.advanceTimersByTime(700);
    expect(due).toEqual([begin + 1000, begin + 2000]);
    vi.advanceTimersByTime(5000);
    pacer.begin(pacer.pauseStart(performance.now()));
    vi.advanceTimersByTime(1000);
    expect(due.at(-1)).toBe(begin + 7250);
  });

  it('not while too few are connected', () => {
    const { pacer, due } = paced();
    pacer.begin(Number.NEGATIVE_INFINITY);
    vi.advanceTimersByTime(20_000);
    expect(due).toEqual([]);
    pacer.setConnected(true);
    expect(due.length).toBe(1);
  });

  it('stopped, nothing is due', () => {
    const { pacer, due } = paced();
    pacer.setConnected(true);
    pacer.begin(performance.now());
    pacer.stop();
    vi.advanceTimersByTime(20_000);
    expect(due).toEqual([]);
    expect(pacer.isWaiting).toBe(false);
  });
});

describe('catching up', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function behind() {
    const sent: string[] = [];
    const delivered: number[] = [];
    const state = { height: 1, undecided: true };
    const port: CatchUpPort = {
      send: (peer, message) => {
        if (message.type === 'pull') sent.push(`${peer} from ${message.from}`);
        return true;
      },
      isConnected: () => true,
      progress: () => state,
      onBlock: ({ certificate }) => delivered.push(certificate.height),
    };
    const catchUp = new CatchUp(port);
    const give = (peer: string, height: number): void => {
      const value = Uint8Array.of(height);
      catchUp.onDecided(peer, certificateOf(height, valueIdOf(value)));
      catchUp.onValue(peer, valueIdOf(value), value);
    };
    const commit = (): void => {
      state.height++;
      catchUp.onHeight();
    };
    return { catchUp, sent, delivered, state, give, commit };
  }

  it('pulls from a peer that is ahead, and hands blocks on in order', () => {
    const { catchUp, sent, delivered, give, commit } = behind();
    catchUp.learn('a', 3);
    expect(sent).toEqual(['a from 1']);
    for (const height of [1, 2, 3]) give('a', height);
    expect(delivered).toEqual([1]);
    catchUp.onServed('a');
    commit();
    commit();
    commit();
    expect(delivered).toEqual([1, 2, 3]);
    expect(sent).toEqual(['a from 1']);
  });

  it('leaves a node in peace that is only a moment late', () => {
    const { catchUp, sent, commit } = behind();
    catchUp.learn('a', 1);
    vi.advanceTimersByTime(100);
    commit();
    vi.advanceTimersByTime(5000);
    expect(sent).toEqual([]);
  });

  it('asks after the grace when it is late indeed', () => {
    const { catchUp, sent } = behind();
    catchUp.learn('a', 1);
    vi.advanceTimersByTime(200);
    expect(sent).toEqual(['a from 1']);
  });

  it('goes to another peer when one is silent, lies about its height or gives a bad block', () => {
    const { catchUp, sent, give } = behind();
    catchUp.learn('a', 9);
    vi.advanceTimersByTime(2500);
    catchUp.learn('b', 9);
    expect(sent).toEqual(['a from 1', 'b from 1']);
    catchUp.onServed('b');
    while (sent.length < 3) vi.advanceTimersByTime(100);
    const third = sent[2]?.[0] as string;
    give(third, 1);
    catchUp.refuse(1);
    while (sent.length < 4) vi.advanceTimersByTime(100);
    expect(sent[3]).toBe(`${third === 'a' ? 'b' : 'a'} from 1`);
  });

  it('takes nothing that it did not ask for', () => {
    const { catchUp, delivered, give } = behind();
    give('a', 1);
    catchUp.learn('a', 9);
    give('b', 1);
    give('a', 2);
    expect(delivered).toEqual([]);
    give('a', 1);
    expect(delivered).toEqual([1]);
  });
});
