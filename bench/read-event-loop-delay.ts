import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** How much later than asked for a timer of the process fired: nobody else was served meanwhile. */
export type EventLoopDelay = {
  p99Ms: number;
  maxMs: number;
  /** Processor time of the longest turn: what of a delay is the process's own doing, however busy the machine. */
  longestTurnMs: number;
};

/** How often the process looks. */
export const delayResolutionMs = 1;
const looksMax = 500;

/** What a process is started with so that it can be asked. */
export const delayMonitor: readonly string[] = [
  '--import',
  fileURLToPath(new URL('event-loop-delay.ts', import.meta.url)),
];

export function delayFileOf(pid: number): string {
  return join(tmpdir(), `microapp-bench-event-loop-${pid}.json`);
}

/** The delays since the last time of asking. Throws when the process does not tell. */
export async function readEventLoopDelay(pid: number): Promise<EventLoopDelay> {
  process.kill(pid, 'SIGUSR2');
  for (let look = 0; look < looksMax; look++) {
    await pause(20);
    const told = await readFile(delayFileOf(pid), 'utf8').catch(() => undefined);
    if (told === undefined) continue;
    await rm(delayFileOf(pid));
    return JSON.parse(told) as EventLoopDelay; // written by event-loop-delay.ts
  }
  throw new Error(`Process ${pid} does not tell how late its event loop is.`);
}
