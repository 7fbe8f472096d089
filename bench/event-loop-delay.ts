// Loaded into a measured process before anything else: notes how late its event loop is, and tells on SIGUSR2.

import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { delayFileOf, delayResolutionMs } from './read-event-loop-delay.ts';

const delays = monitorEventLoopDelay({ resolution: delayResolutionMs });
delays.enable();

process.on('SIGUSR2', () => {
  const file = delayFileOf(process.pid);
  // By another name first, so that nobody reads the half of it.
  writeFileSync(`${file}.new`, JSON.stringify({ p99Ms: lateMs(delays.percentile(99)), maxMs: lateMs(delays.max) }));
  renameSync(`${file}.new`, file);
  delays.reset();
});

function lateMs(nanoseconds: number): number {
  return Math.max(nanoseconds / 1e6 - delayResolutionMs, 0);
}
