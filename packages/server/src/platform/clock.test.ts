import { expect, it } from 'vitest';
import { systemClock } from './clock.ts';

it('the system clock tells the time of day, and durations that only grow', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
  const started = systemClock.monotonicMs();
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(started);
});

it('the system clock calls once after a delay, again and again in an interval, and never when it was canceled', async () => {
  const calls: string[] = [];
  systemClock.after(0, () => calls.push('canceled'))();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = systemClock.every(1, () => {
    if (calls.push('again') === 3) resolve();
  });
  // A timer that keeps the process alive while it waits for those that do not.
  const keepAlive = setInterval(() => undefined, 1000);
  await promise;
  stop();
  await new Promise<void>((done) => systemClock.after(0, done));
  clearInterval(keepAlive);
  expect(calls).toEqual(['again', 'again', 'again']);
});
