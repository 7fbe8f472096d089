import type { Clock } from '../clock.ts';

/** A moment on both clocks. */
export type Moment = { wallMs: number; monotonicMs: number };

/** A right that ends by itself, and that its holder measures by its own clocks. */
export type Lease = {
  /** To be taken before a lease is asked for. */
  now(): Moment;
  /** Begins, or prolongs, from the moment at which it was asked for: the giver began to count no earlier. */
  startFrom(asked: Moment): void;
  end(): void;
  isRunning(): boolean;
};

/**
 * A lease of `lengthMs`. It counts on two clocks, and the one that says more wins: the monotonic one stands still while
 * the machine sleeps, the wall clock may be set back.
 */
export function createLease(clock: Pick<Clock, 'now' | 'monotonicMs'>, lengthMs: number): Lease {
  let from: Moment | undefined;

  function now(): Moment {
    return { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
  }

  return {
    now,
    startFrom(asked) {
      from = asked;
    },
    end() {
      from = undefined;
    },
    isRunning() {
      if (from === undefined) return false;
      const { wallMs, monotonicMs } = now();
      return Math.max(wallMs - from.wallMs, monotonicMs - from.monotonicMs) < lengthMs;
    },
  };
}
