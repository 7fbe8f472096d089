import Type from 'typebox';
import { Id, Nullable, Time } from './http.ts';

/** What happened between midnight UTC and a moment of that day. */
export const DayCounts = Type.Object({
  runs: Type.Integer({ description: 'Runs that ended well.' }),
  failedRuns: Type.Integer(),
  aiActions: Type.Integer(),
  sessions: Type.Integer({ description: 'Sessions that visitors were given.' }),
  refusals: Type.Integer({ description: 'Requests refused by credential, origin, permission or limit.' }),
});
export type DayCounts = Type.Static<typeof DayCounts>;

const Named = Type.Object({ id: Id, name: Type.String() });

/**
 * How far somebody has come from nothing to a widget on a customer's page. What ships with the product, the owner's own
 * workspace and the demo's customer do not count.
 */
export const FirstSteps = Type.Object({
  liveApp: Nullable(Type.Object({ slug: Type.String(), name: Type.String() })),
  firstRunAt: Nullable(Time),
  customer: Nullable(Named),
  surface: Nullable(Named),
  hasOrigin: Type.Boolean(),
  seen: Nullable(Type.Object({ origin: Type.String(), at: Time, outcome: Type.Enum(['allowed', 'refused']) })),
});
export type FirstSteps = Type.Static<typeof FirstSteps>;

export const Overview = Type.Object({
  now: Time,
  today: DayCounts,
  yesterday: Type.Object({ ...DayCounts.properties }, { description: 'Until the same time of the day.' }),
  refusedWhy: Type.Array(
    Type.Object({ reason: Type.String(), explanation: Nullable(Type.String()), count: Type.Integer() }),
    { description: 'Why requests were refused today, the most frequent first; at most five.' },
  ),
  firstSteps: FirstSteps,
});
export type Overview = Type.Static<typeof Overview>;
