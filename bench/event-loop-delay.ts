// Loaded into a measured process before anything else: notes how late its event loop is, and tells on SIGUSR2.

import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { delayFileOf, delayResolutionMs, type EventLoopDelay } from './read-event-loop-delay.ts';

const delays = monitorEventLoopDelay({ resolution: delayResolutionMs });
delays.enable();

/**
 * Of one turn of the loop, or of a few short ones: what this thread computed between two looks, kernel included. A turn
 * that was late because others had the processor is not long by this measure.
 */
let longestTurnMs = 0;
let usedMs = threadCpuMs();
setInterval(() => {
  const usedBefore = usedMs;
  usedMs = threadCpuMs();
  longestTurnMs = Math.max(longestTurnMs, usedMs - usedBefore);
}, delayResolutionMs).unref();

process.on('SIGUSR2', () => {
  const file = delayFileOf(process.pid);
  const told: EventLoopDelay = { p99Ms: lateMs(delays.percentile(99)), maxMs: lateMs(delays.max), longestTurnMs };
  // By another name first, so that nobody reads the half of it.
  writeFileSync(`${file}.new`, JSON.stringify(told));
  renameSync(`${file}.new`, file);
  delays.reset();
  longestTurnMs = 0;
});

function lateMs(nanoseconds: number): number {
  return Math.max(nanoseconds / 1e6 - delayResolutionMs, 0);
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
