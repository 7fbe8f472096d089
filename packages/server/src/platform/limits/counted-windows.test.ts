import { describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { createCountedWindows, type CountedWindows } from './counted-windows.ts';

const windowMs = 60_000;

function make({ keysMax = 100 } = {}): { clock: FakeClock; windows: CountedWindows } {
  const clock = createFakeClock();
  return { clock, windows: createCountedWindows({ clock, windowMs, keysMax }) };
}

function countTimes(windows: CountedWindows, key: string, times: number, limit: number): void {
  for (let n = 0; n < times; n++) windows.count(key, limit);
}

describe('counted windows', () => {
  it('count each key by itself, from its first count on', () => {
    const { clock, windows } = make();
    expect(windows.count('a', 10)).toEqual({ count: 1, msLeft: windowMs });
    clock.advance(20_000);
    expect(windows.count('b', 10)).toEqual({ count: 1, msLeft: windowMs });
    expect(windows.count('a', 10)).toEqual({ count: 2, msLeft: 40_000 });
    expect(windows.read('a')).toEqual({ count: 2, msLeft: 40_000 });
    expect(windows.read('c')).toEqual({ count: 0, msLeft: 0 });
  });

  it('begin anew when the window has ended, not a moment before, at their limit or below it', () => {
    const { clock, windows } = make();
    countTimes(windows, 'spent', 3, 3);
    countTimes(windows, 'begun', 2, 3);
    clock.advance(windowMs - 1);
    expect(windows.read('spent')).toEqual({ count: 3, msLeft: 1 });
    clock.advance(1);
    expect(windows.read('spent').count).toBe(0);
    expect(windows.count('spent', 3)).toEqual({ count: 1, msLeft: windowMs });
    expect(windows.count('begun', 3)).toEqual({ count: 1, msLeft: windowMs });
  });

  it('do not care about a wall clock that is set', () => {
    const { clock, windows } = make();
    windows.count('a', 3);
    clock.setNow(clock.now() + 10 * windowMs);
    expect(windows.read('a')).toEqual({ count: 1, msLeft: windowMs });
  });

  it('are bounded, whatever strangers ask from, also when all are at their limit', () => {
    const { windows } = make({ keysMax: 50 });
    for (let n = 0; n < 1000; n++) windows.count(`below-${n}`, 10);
    expect(windows.size()).toBe(50);
    for (let n = 0; n < 1000; n++) windows.count(`spent-${n}`, 1);
    expect(windows.size()).toBe(50);
    expect(windows.read('spent-999').count).toBe(1);
    expect(windows.read('spent-0').count).toBe(0);
  });

  it('a flood of other keys does not forget one at its limit', () => {
    const { clock, windows } = make({ keysMax: 50 });
    countTimes(windows, 'attacker', 3, 3);
    clock.advance(1000);
    for (let n = 0; n < 1000; n++) windows.count(`network-${n}`, 3);
    expect(windows.size()).toBe(50);
    expect(windows.count('attacker', 3).count).toBe(4);
  });

  it('what makes room is what has ended, and then the oldest below its limit', () => {
    const { clock, windows } = make({ keysMax: 3 });
    countTimes(windows, 'ended', 2, 10);
    clock.advance(windowMs / 2);
    windows.count('old', 10);
    windows.count('young', 10);
    // Being counted again makes nothing younger.
    windows.count('old', 10);
    clock.advance(windowMs / 2);
    windows.count('new', 10);
    expect(windows.read('old').count).toBe(2);
    windows.count('newer', 10);
    expect(windows.read('old').count).toBe(0);
    expect(windows.read('young').count).toBe(1);
  });

  it('ended ones are given up, so that an hour of strangers is not kept', () => {
    const { clock, windows } = make({ keysMax: 1000 });
    for (let n = 0; n < 600; n++) {
      countTimes(windows, `spent-${n}`, n % 2 === 0 ? 1 : 3, 3);
      clock.advance(6000);
    }
    expect(windows.size()).toBeLessThanOrEqual(21);
  });
});
