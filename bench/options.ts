import { parseArgs } from 'node:util';

export type BenchOptions = {
  /** Beginnings of the names of what to measure; empty measures everything. */
  only: readonly string[];
  /** Seconds of load for each request, shared by its rounds; the bare route gets as many. */
  seconds: number;
  /** Prints the tables as Markdown, for docs/benchmarks.md. */
  markdown: boolean;
  /** Where the server leaves CPU profiles when it stops; undefined makes none. */
  profileFolder: string | undefined;
};

const secondsDefault = 5;
/** Longer rounds would mint more tickets ahead than can be redeemed before they expire. */
const secondsMax = 30;

/** Reads the command line. Throws a sentence about what is wrong with it. */
export function readOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: String(secondsDefault) },
      markdown: { type: 'boolean', default: false },
      'cpu-prof': { type: 'string' },
    },
  });
  const unknown = values.only.find((wanted) => !names.some((name) => name.startsWith(wanted)));
  if (unknown !== undefined) throw new Error(`Nothing is called "${unknown}". There is: ${names.join(', ')}.`);
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= secondsMax)) {
    throw new Error(`--seconds is "${values.seconds}". Give a number above 0, up to ${secondsMax}.`);
  }
  return { only: values.only, seconds, markdown: values.markdown, profileFolder: values['cpu-prof'] };
}

/** Whether something by that name is to be measured. */
export function isWanted({ only }: BenchOptions, name: string): boolean {
  return only.length === 0 || only.some((wanted) => name.startsWith(wanted));
}
