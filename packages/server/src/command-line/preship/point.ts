import type { Stage } from './stage.ts';

/** What one look at the server has come to. */
export type Finding = {
  /** What was looked at, in a sentence; said when the point holds. */
  seen: string;
  /** What is wrong, a sentence each. Empty: the point holds. */
  problems: string[];
};

/** One of the six points. */
export type Point = {
  title: string;
  /** What to do when it does not hold. */
  remedy: string;
  check: (stage: Stage) => Promise<Finding>;
};
