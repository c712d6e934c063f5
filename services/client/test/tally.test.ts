import { describe, expect, it } from 'vitest';
import { createTally, percentile } from '../src/tally.ts';

describe('createTally', () => {
  it('counts each fate once and measures from the scheduled time', () => {
    const tally = createTally();
    for (const [index, hash] of ['0x1', '0x2', '0x3', '0x4'].entries()) {
      tally.sent();
      tally.signed(hash, 1000 + index * 100);
    }
    tally.included('0x1', false, 1500); // seen in a block before the node's answer arrived
    tally.accepted('0x1');
    tally.accepted('0x2');
    tally.accepted('0x3');
    tally.rejected('0x4', 'no balance');
    expect(tally.waiting()).toBe(2);
    tally.included('0x2', true, 2000);
    tally.included('0x2', true, 9000); // read twice
    tally.included('0x99', false, 2000); // somebody else's
    expect(tally.waiting()).toBe(1);
    expect(tally.report(1000)).toEqual({
      sent: 4,
      accepted: 3,
      rejected: 1,
      included: 2,
      reverted: 1,
      tps: 2,
      latencyMs: { p50: 500, p95: 900, p99: 900 },
    });
    expect(tally.reasons()).toEqual([{ reason: 'no balance', count: 1 }]);
  });

  it('reports zeros for nothing', () => {
    expect(createTally().report(0)).toEqual({
      sent: 0,
      accepted: 0,
      rejected: 0,
      included: 0,
      reverted: 0,
      tps: 0,
      latencyMs: { p50: 0, p95: 0, p99: 0 },
    });
  });
});

describe('percentile', () => {
  it('is the nearest rank', () => {
    const list = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([50, 95, 99].map((percent) => percentile(list, percent))).toEqual([50, 95, 99]);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBe(0);
  });
});
