import { setImmediate } from 'node:timers/promises';
import type { FakeClock } from './fake-clock.ts';

/** Lets a fake clock run, a millisecond at a time, until `work` is done: for what waits on it between its questions. */
export async function whileClockRuns<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => undefined);
  while (!isDone) {
    clock.advance(1);
    await setImmediate();
  }
  return done;
}
