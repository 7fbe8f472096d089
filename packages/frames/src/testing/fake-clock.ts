import type { FrameClock } from '../browser-clock.ts';

type Timer = { atMs: number; task: () => void };

/** A clock that moves only when told. */
export type FakeClock = FrameClock & {
  /** Moves on, timer by timer; everything that a timer set off has settled before the next one. */
  advance(ms: number): Promise<void>;
};

export function fakeClock(): FakeClock {
  let nowMs = 5_000;
  let timers: Timer[] = [];
  return {
    monotonicMs: () => nowMs,
    after(delayMs, task) {
      const timer = { atMs: nowMs + delayMs, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settled();
      for (let next = nextBy(endMs); next !== undefined; next = nextBy(endMs)) {
        nowMs = next.atMs;
        next.task();
        await settled();
      }
      nowMs = endMs;
    },
  };

  function nextBy(endMs: number): Timer | undefined {
    const [next] = timers.filter(({ atMs }) => atMs <= endMs).toSorted((one, other) => one.atMs - other.atMs);
    timers = timers.filter((timer) => timer !== next);
    return next;
  }
}

/** Waits for all promises that are due. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
