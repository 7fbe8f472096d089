/**
 * How much a piece of untrusted work may use. The soft time is kept by the interpreters inside the worker, which then
 * lives on; the hard time is for what they cannot interrupt (a regular expression, a built-in that loops) and costs the
 * worker. The difference is what a busy machine may add before a well-behaved limit would look like a bad one.
 */
export type EngineLimits = {
  /** From the start of a worker until it is warm: half a second on an idle machine. */
  startTimeMs: number;
  softTimeMs: number;
  hardTimeMs: number;
  /** Heap of one function run. */
  functionHeapBytes: number;
  /** Heap of one worker, shared by what it runs (one task at a time) and its caches. */
  workerHeapMegabytes: number;
  /** UTF-8 bytes of a result as JSON. */
  outputBytesMax: number;
  /** Tasks that may wait for a worker; one more is refused. */
  waitingTasksMax: number;
  /** Workers that run at once; one is always warm. */
  workersMax: number;
};

export const defaultLimits: Omit<EngineLimits, 'workersMax'> = {
  startTimeMs: 30_000,
  softTimeMs: 2_000,
  hardTimeMs: 3_000,
  functionHeapBytes: 64 * 1024 * 1024,
  workerHeapMegabytes: 128,
  outputBytesMax: 1024 * 1024,
  waitingTasksMax: 256,
};

/** Two even on one core, so that one looping tool cannot hold up all others; eight are enough to keep memory small. */
export function workersFor(cores: number): number {
  return Math.min(Math.max(cores, 2), 8);
}
