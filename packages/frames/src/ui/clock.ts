import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { browserClock, type FrameClock } from '../browser-clock.ts';

/** The clock by which a frame counts seconds. */
export const ClockContext = createContext<FrameClock>(browserClock);

export function useClock(): FrameClock {
  return useContext(ClockContext);
}

/** Shorter than a second, so that none is left out when the browser is late. */
const tickMs = 250;

/**
 * Milliseconds since the component was first drawn, or since `since` changed; counted until `untilMs`, and not at all
 * when that is 0.
 */
export function useElapsedMs(untilMs: number, since?: unknown): number {
  const clock = useClock();
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    setElapsedMs(0);
    const startMs = clock.monotonicMs();
    let cancel = (): void => undefined;
    const wait = (passedMs: number): void => {
      if (passedMs < untilMs) cancel = clock.after(Math.min(tickMs, untilMs - passedMs), tick);
    };
    const tick = (): void => {
      const passedMs = clock.monotonicMs() - startMs;
      setElapsedMs(passedMs);
      wait(passedMs);
    };
    wait(0);
    return () => cancel();
  }, [clock, untilMs, since]);
  return elapsedMs;
}
