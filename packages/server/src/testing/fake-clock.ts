import type { Clock } from '../platform/clock.ts';

/** A clock that moves only when told. Timers that come due run in order, each at its own moment. */
export type FakeClock = Clock & {
  /** Moves both clocks. */
  advance(milliseconds: number): void;
  /** Sets the wall clock alone, as an administrator does; timers do not care. */
  setNow(epochMilliseconds: number): void;
};

type Timer = { dueMs: number; intervalMs: number | undefined; task: () => void };

export function createFakeClock(startsAt: string = '2026-03-02T10:00:00.000Z'): FakeClock {
  let nowMs = Date.parse(startsAt);
  let elapsedMs = 0;
  const timers = new Set<Timer>();

  function add(timer: Timer): () => void {
    timers.add(timer);
    return () => timers.delete(timer);
  }

  function nextDue(untilMs: number): Timer | undefined {
    const due = [...timers].filter((timer) => timer.dueMs <= untilMs);
    return due.toSorted((left, right) => left.dueMs - right.dueMs)[0];
  }

  function moveTo(momentMs: number): void {
    nowMs += momentMs - elapsedMs;
    elapsedMs = momentMs;
  }

  return {
    now: () => nowMs,
    monotonicMs: () => elapsedMs,
    every: (intervalMs, task) => add({ dueMs: elapsedMs + intervalMs, intervalMs, task }),
    after: (delayMs, task) => add({ dueMs: elapsedMs + delayMs, intervalMs: undefined, task }),
    advance(milliseconds) {
      const untilMs = elapsedMs + milliseconds;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        moveTo(timer.dueMs);
        if (timer.intervalMs === undefined) timers.delete(timer);
        else timer.dueMs += timer.intervalMs;
        timer.task();
      }
      moveTo(untilMs);
    },
    setNow(epochMilliseconds) {
      nowMs = epochMilliseconds;
    },
  };
}
