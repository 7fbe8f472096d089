import type { Random } from '../platform/random.ts';

/** What the world provides to a command. */
export type Surroundings = {
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  fetch: typeof fetch;
  random: Random;
  /** Ctrl-C: requests stop, and what was made is taken away. */
  interrupted: AbortSignal;
  print: (text: string) => void;
  complain: (text: string) => void;
  /** Whether the output is a terminal that shows colors. */
  isColored: boolean;
};

/** What a program says to the shell: done, done and the answer is no, or could not be done as asked. */
export const exitStatus = { good: 0, bad: 1, unusable: 2 } as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** A command cannot do its work. The message is a sentence for a person and says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
