import { setTimeout } from 'node:timers/promises';
import type { FakeClock } from './fake-clock.ts';

/**
 * How much faster than the real time the clock runs, at most. What the product gives seconds to, such as reading a
 * record, takes its real time meanwhile, and on a busy machine that is some: no faster, or it is always late.
 */
const speed = 4;

/** Lets a fake clock run until `work` is done: for what waits on it between its questions. */
export async function whileClockRuns<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => undefined);
  while (!isDone) {
    for (let step = 0; step < speed; step++) clock.advance(1);
    await setTimeout(1);
  }
  return done;
}
