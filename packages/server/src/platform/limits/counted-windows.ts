import type { Clock } from '../clock.ts';

/** What a window holds: how often something was counted, and how long it still runs (0: none runs). */
export type WindowState = { count: number; msLeft: number };

export type CountedWindows = {
  /** Counts one in the window that runs for `key`, or in a new one. From `limit` on it is at its limit. */
  count(key: string, limit: number): WindowState;
  /** What has been counted, without counting. */
  read(key: string): WindowState;
  /** How many windows are kept. */
  size(): number;
};

type Window = { count: number; endsAtMs: number };

/**
 * Counts per key in windows of `windowMs`, each beginning with its key's first count, on the monotonic clock. Bounded:
 * strangers choose keys (one IPv6 customer has thousands of networks), so at most `keysMax` windows are kept.
 * Requirements:
 *
 *   1. When all are taken, ended windows make room, then the oldest of those below their limit. What is forgotten so is
 *      less than one limit's worth.
 *   2. A window at its limit is never forgotten for one below: whoever is refused cannot get out by asking from many
 *      other places. Only when nothing but windows at their limit is kept, the oldest goes, and each of them took a
 *      limit's worth of requests within one window.
 *
 * All windows are equally long and a map keeps the order of insertion, so the first is the one that ends soonest. Among
 * those at their limit the order is when they reached it, and an ended one waits behind a running one for at most a
 * window.
 */
export function createCountedWindows(options: {
  clock: Pick<Clock, 'monotonicMs'>;
  windowMs: number;
  keysMax: number;
}): CountedWindows {
  const { clock, windowMs, keysMax } = options;
  const below = new Map<string, Window>();
  const atLimit = new Map<string, Window>();
  const size = (): number => below.size + atLimit.size;

  function running(key: string, nowMs: number): Window | undefined {
    const window = below.get(key) ?? atLimit.get(key);
    return window !== undefined && window.endsAtMs > nowMs ? window : undefined;
  }

  function begin(key: string, nowMs: number): Window {
    below.delete(key);
    atLimit.delete(key);
    dropEnded(below, nowMs);
    dropEnded(atLimit, nowMs);
    if (size() >= keysMax) dropFirst(below.size > 0 ? below : atLimit);
    const window = { count: 0, endsAtMs: nowMs + windowMs };
    below.set(key, window);
    return window;
  }

  return {
    count(key, limit) {
      const nowMs = clock.monotonicMs();
      const window = running(key, nowMs) ?? begin(key, nowMs);
      window.count += 1;
      if (window.count >= limit && below.delete(key)) atLimit.set(key, window);
      return { count: window.count, msLeft: window.endsAtMs - nowMs };
    },
    read(key) {
      const nowMs = clock.monotonicMs();
      const window = running(key, nowMs);
      return window === undefined ? { count: 0, msLeft: 0 } : { count: window.count, msLeft: window.endsAtMs - nowMs };
    },
    size,
  };
}

function dropEnded(windows: Map<string, Window>, nowMs: number): void {
  for (const [key, { endsAtMs }] of windows) {
    if (endsAtMs > nowMs) return;
    windows.delete(key);
  }
}

function dropFirst(windows: Map<string, Window>): void {
  for (const key of windows.keys()) {
    windows.delete(key);
    return;
  }
}
