import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { browserClock, type FrameClock } from '../browser-clock.ts';

/** The clock by which a frame counts seconds. */
export const ClockContext = createContext<FrameClock>(browserClock);

export function useClock(): FrameClock {
  return useContext(ClockContext);
}

/** For who shows seconds: shorter than one, so that none is left out when the browser is late. */
export const secondsMs = 250;
export const minutesMs = 15_000;

type Counting = {
  /** Counts no further than this, and not at all when it is 0. */
  untilMs: number;
  everyMs: number;
  /** Counts from the beginning when this changes. */
  since?: unknown;
};

/** Milliseconds since the component was first drawn, or since `since` changed. */
export function useElapsedMs({ untilMs, everyMs, since }: Counting): number {
  const clock = useClock();
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    setElapsedMs(0);
    const startMs = clock.monotonicMs();
    let cancel: (() => void) | undefined;
    const wait = (passedMs: number): void => {
      if (passedMs < untilMs) cancel = clock.after(Math.min(everyMs, untilMs - passedMs), tick);
    };
    const tick = (): void => {
      const passedMs = clock.monotonicMs() - startMs;
      setElapsedMs(passedMs);
      wait(passedMs);
    };
    wait(0);
    return () => cancel?.();
  }, [clock, untilMs, everyMs, since]);
  return elapsedMs;
}
