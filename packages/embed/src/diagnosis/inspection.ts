import type { MountOptions } from '../options.ts';

/** What is looked at, and how. */
export type Inspection = {
  options: MountOptions;
  /** The address of the installation, ending in a slash. */
  base: string;
  /** How long each link may take, in milliseconds. */
  patienceMs: number;
  /** Aborts when there is a finding: nothing is waited for or heard any more. */
  signal: AbortSignal;
  /** The directive of this page's policy that has forbidden something of ours since the inspection began, if any did. */
  forbidden: () => Promise<string | undefined>;
};
