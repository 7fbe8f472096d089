/**
 * - `end`: the proper end.
 * - `close`: the answer is over without it, as behind a proxy that lost its provider.
 * - `break`: the connection breaks.
 * - `report`: the provider says that it failed.
 * - `garbage`: what is no JSON.
 * - `silence`: nothing more, and the connection stays.
 */
type Ending = 'end' | 'close' | 'break' | 'report' | 'garbage' | 'silence';

export type Behavior = {
  /** For whoever starts the server. */
  what: string;
  says: 'all' | 'half' | 'nothing' | 'more and more';
  ending: Ending;
  /** Waits before every word. */
  isSlow?: boolean;
  /** What stands where JSON by a schema was asked for. */
  insteadOfJson?: 'prose' | 'other JSON';
};

/** What a model does, told by the end of its name, such as `echo-cut`: each is a way in which real providers fail. */
export const behaviors = {
  slow: { what: 'answers a word at a time', says: 'all', ending: 'end', isSlow: true },
  timeout: { what: 'never answers', says: 'nothing', ending: 'silence' },
  stall: { what: 'begins to answer and says no more', says: 'half', ending: 'silence' },
  cut: { what: 'breaks the connection in the middle', says: 'half', ending: 'break' },
  short: { what: 'stops in the middle without its end', says: 'half', ending: 'close' },
  error: { what: 'reports an error in the middle', says: 'half', ending: 'report' },
  malformed: { what: 'answers with what is no JSON', says: 'nothing', ending: 'garbage' },
  prose: { what: 'answers in prose where JSON was asked for', says: 'all', ending: 'end', insteadOfJson: 'prose' },
  unruly: { what: 'answers by no schema', says: 'all', ending: 'end', insteadOfJson: 'other JSON' },
  endless: { what: 'never stops', says: 'more and more', ending: 'end' },
} as const satisfies Record<string, Behavior>;

const usual: Behavior = { what: 'answers', says: 'all', ending: 'end' };

export function behaviorOf(model: string): Behavior {
  return Object.entries(behaviors).find(([name]) => model.endsWith(`-${name}`))?.[1] ?? usual;
}

/** The status of an error that a model such as `echo-429` answers with. */
export function refusalOf(model: string): number | undefined {
  const status = /echo-([45]\d\d)$/.exec(model)?.[1];
  return status === undefined ? undefined : Number(status);
}
