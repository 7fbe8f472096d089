/** The visitor's own clocks. */
export const clock = {
  /** Milliseconds since 1970, as the computer believes. */
  now: () => Date.now(),
  /** Milliseconds since the page began. */
  monotonicMs: () => performance.now(),
};
