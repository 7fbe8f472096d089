/** Time as everything else sees it. Tests put a clock here that moves only when told. */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds that only grow, from an arbitrary start; for durations. */
  monotonicMs(): number;
  /** Calls `task` every `intervalMs`; returns the function that stops it. Does not keep the process alive. */
  every(intervalMs: number, task: () => void): () => void;
  /** Calls `task` once after `delayMs`; returns the function that cancels it. Does not keep the process alive. */
  after(delayMs: number, task: () => void): () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  every(intervalMs, task) {
    const timer = setInterval(task, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
