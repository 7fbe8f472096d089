import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

const start = Date.parse('2026-03-02T10:00:00.000Z');

describe('the fake clock', () => {
  it('stands still until it is moved', () => {
    const clock = createFakeClock();
    expect([clock.now(), clock.now(), clock.monotonicMs()]).toEqual([start, start, 0]);
    clock.advance(1500);
    expect([clock.now(), clock.monotonicMs()]).toEqual([start + 1500, 1500]);
  });

  it('starts when it is told to', () => {
    expect(createFakeClock('2030-01-01T00:00:00.000Z').now()).toBe(Date.UTC(2030, 0, 1));
  });

  it('runs timers that come due, in order, each at its own moment', () => {
    const clock = createFakeClock();
    const seen: [string, number][] = [];
    const note = (what: string) => () => void seen.push([what, clock.monotonicMs()]);
    clock.after(30, note('late'));
    clock.every(20, note('often'));
    clock.after(10, note('early'));
    clock.advance(50);
    expect(seen).toEqual([
      ['early', 10],
      ['often', 20],
      ['late', 30],
      ['often', 40],
    ]);
    expect(clock.monotonicMs()).toBe(50);
  });

  it('runs a single timer once, and one that was set by another in the same move', () => {
    const clock = createFakeClock();
    const seen: number[] = [];
    clock.after(10, () => {
      seen.push(clock.now() - start);
      clock.after(10, () => seen.push(clock.now() - start));
    });
    clock.advance(100);
    clock.advance(100);
    expect(seen).toEqual([10, 20]);
  });

  it('runs no timer early, and none that was canceled, even by another one of the same moment', () => {
    const clock = createFakeClock();
    const seen: string[] = [];
    const cancelInterval = clock.every(10, () => seen.push('interval'));
    clock.after(10, () => cancelTwin());
    const cancelTwin = clock.after(10, () => seen.push('twin'));
    clock.advance(9);
    expect(seen).toEqual([]);
    clock.advance(1);
    cancelInterval();
    clock.advance(100);
    expect(seen).toEqual(['interval']);
  });

  it('lets the wall clock be set without a timer or a duration noticing', () => {
    const clock = createFakeClock();
    const seen: string[] = [];
    clock.after(1000, () => seen.push('due'));
    clock.setNow(start - 86_400_000);
    expect([clock.now(), clock.monotonicMs(), seen]).toEqual([start - 86_400_000, 0, []]);
    clock.advance(1000);
    expect([clock.now(), clock.monotonicMs(), seen]).toEqual([start - 86_400_000 + 1000, 1000, ['due']]);
  });
});
