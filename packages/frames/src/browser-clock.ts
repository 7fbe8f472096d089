/** Time in a frame. Only durations: the visitor's wall clock may be wrong by any amount and must change nothing. */
export type FrameClock = {
  /** Milliseconds that only grow, from an arbitrary start. */
  monotonicMs(): number;
  /** Calls `task` once after `delayMs`; returns the function that cancels it. */
  after(delayMs: number, task: () => void): () => void;
};

export const browserClock: FrameClock = {
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = globalThis.setTimeout(task, delayMs);
    return () => globalThis.clearTimeout(timer);
  },
};
