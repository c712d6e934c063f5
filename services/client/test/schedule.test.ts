import { manualClock } from '@stackctl/runtime';
import { describe, expect, it } from 'vitest';
import { startOnTime } from '../src/schedule.ts';

const plan = Array.from({ length: 20 }, (_, index) => ({ at: index * 50 }));

describe('startOnTime', () => {
  it('starts every item at its time, evenly, however long the others take', async () => {
    const clock = manualClock(1000);
    const started: number[] = [];
    const running = startOnTime(plan, 1000, clock, new AbortController().signal, async () => {
      started.push(clock.monotonic());
      await clock.sleep(400);
    });
    for (let turn = 0; turn < 40; turn++) await clock.advance(50);
    await running;
    expect(started).toEqual(plan.map(({ at }) => 1000 + at));
  });

  it('starts what is late at once', async () => {
    const clock = manualClock(1000);
    const started: number[] = [];
    const running = startOnTime(plan, 0, clock, new AbortController().signal, async () => {
      started.push(clock.monotonic());
    });
    await running;
    expect(started).toEqual(plan.map(() => 1000));
  });

  it('drops what has not started when it is told to stop', async () => {
    const clock = manualClock(0);
    const stop = new AbortController();
    let started = 0;
    const running = startOnTime(plan, 0, clock, stop.signal, async () => {
      started++;
    });
    for (let turn = 0; turn < 4; turn++) await clock.advance(50);
    stop.abort();
    await running;
    expect(started).toBe(5);
  });
});
