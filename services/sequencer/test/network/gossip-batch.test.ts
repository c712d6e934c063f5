import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchGossip } from '../../src/network/gossip-batch.ts';

const text = (payload: Uint8Array): string => Buffer.from(payload).toString();
const payload = (content: string): Uint8Array => new Uint8Array(Buffer.from(content));

/** Two ends without a network: what one sends is kept until it is handed to the other. */
function pair() {
  const sent: Uint8Array[] = [];
  const malformed: string[] = [];
  let deliver: (message: Uint8Array, from: string) => void = () => {};
  const gossip = batchGossip(
    {
      broadcast: (_topic, message) => sent.push(message),
      on: (_topic, handler) => {
        deliver = handler;
      },
    },
    (from) => malformed.push(from),
  );
  const received: string[] = [];
  gossip.on('tx', (item) => received.push(text(item)));
  return {
    gossip,
    sent,
    malformed,
    received,
    deliver: (message: Uint8Array) => deliver(message, 'peer'),
  };
}

describe('batched gossip', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends the first payload at once and those of the window after it together, in order', () => {
    const { gossip, sent, received, deliver } = pair();
    for (const each of ['a', 'b', 'c']) gossip.broadcast('tx', payload(each));
    expect(sent.length).toBe(1);
    vi.advanceTimersByTime(50);
    expect(sent.length).toBe(2);
    for (const message of sent) deliver(message);
    expect(received).toEqual(['a', 'b', 'c']);
    vi.advanceTimersByTime(1000);
    expect(sent.length).toBe(2);
    gossip.broadcast('tx', payload('d'));
    expect(sent.length).toBe(3);
  });

  it('does not let a batch grow without bound', () => {
    const { gossip, sent } = pair();
    for (let i = 0; i < 20; i++) gossip.broadcast('tx', new Uint8Array(50_000));
    expect(sent.length).toBeGreaterThan(3);
  });

  it('reports what is no batch and hands nothing on', () => {
    const { malformed, received, deliver } = pair();
    deliver(payload('no batch'));
    expect(malformed).toEqual(['peer']);
    expect(received).toEqual([]);
  });
});
