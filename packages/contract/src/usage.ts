import Type from 'typebox';
import { AnyCredentialId } from './access-log.ts';
import { errors, type ErrorCode } from './errors.ts';
import { Id, Nullable, Time, pageQuery, timeRangeQuery } from './http.ts';

// The year 0 is in ISO 8601 and not in PostgreSQL.
const Day = Type.String({ format: 'date', pattern: '^(?!0000)', description: 'A UTC day.' });

export const UsageQuery = Type.Object(
  {
    ...pageQuery,
    workspaceId: Type.Optional(Id),
    appId: Type.Optional(Id),
    surfaceId: Type.Optional(Id),
    from: Type.Optional(Day),
    to: Type.Optional(Day),
  },
  { additionalProperties: true },
);

/** Settled runs: those under way are in the quotas already, and not here yet. */
export const UsageDay = Type.Object({
  day: Day,
  workspaceId: Id,
  appId: Id,
  surfaceId: Nullable(Id),
  runs: Type.Integer({ description: 'Runs that ended well.' }),
  failedRuns: Type.Integer(),
  canceledRuns: Type.Integer(),
  aiActions: Type.Integer({ description: 'Of runs that ended well or were called off; failed ones give theirs back.' }),
});

/** A run is `running` until it is settled, which happens once; `canceled` is one that its caller called off. */
export const RunStatus = Type.Enum(['running', 'ok', 'failed', 'canceled']);
export type RunStatus = Type.Static<typeof RunStatus>;

/** The error code of a run whose process ended before it did. No answer carries it: nobody was left to be answered. */
export const interrupted = 'interrupted';
export type RunErrorCode = ErrorCode | typeof interrupted;

export const RunsQuery = Type.Object(
  {
    ...pageQuery,
    ...timeRangeQuery,
    workspaceId: Type.Optional(Id),
    appId: Type.Optional(Id),
    surfaceId: Type.Optional(Id),
    credentialId: Type.Optional(AnyCredentialId),
    status: Type.Optional(RunStatus),
    errorCode: Type.Optional(Type.Enum([...(Object.keys(errors) as ErrorCode[]), interrupted])),
  },
  { additionalProperties: true },
);

export const Run = Type.Object({
  id: Id,
  workspaceId: Id,
  appId: Id,
  appVersion: Type.Integer({ description: '0 where a preview ran the draft.' }),
  surfaceId: Nullable(Id),
  credentialClass: Type.String(),
  credentialId: Type.String(),
  origin: Nullable(Type.String()),
  status: RunStatus,
  errorCode: Nullable(Type.String()),
  errorDetail: Nullable(Type.String()),
  durationMs: Nullable(Type.Number({ description: 'Null while it runs.' })),
  startedAt: Time,
  requestId: Type.String(),
});

/** Whose quota it is. A run counts in those of its owner, its workspace and, where it has one, its surface. */
export const QuotaScope = Type.Enum(['owner', 'workspace', 'surface']);
export type QuotaScope = Type.Static<typeof QuotaScope>;

/** What is limited per UTC day. Failed runs are given back and have a cap of their own, which is the owner's. */
export const QuotaName = Type.Enum(['runs', 'aiActions', 'failedRuns']);
export type QuotaName = Type.Static<typeof QuotaName>;

export const QuotasQuery = Type.Object(
  { ...pageQuery, workspaceId: Type.Optional(Id), surfaceId: Type.Optional(Id) },
  { additionalProperties: true },
);

const QuotaUse = Type.Object({
  limit: Nullable(Type.Integer({ description: 'Null: no limit of its own; the next wider scope’s holds.' })),
  used: Type.Integer({ description: 'Runs under way included.' }),
  remaining: Nullable(Type.Integer()),
});

/** What is left of today's quotas of one scope. */
export const Quotas = Type.Object({
  scope: QuotaScope,
  workspaceId: Nullable(Id),
  surfaceId: Nullable(Id),
  runs: QuotaUse,
  aiActions: QuotaUse,
  failedRuns: Nullable(QuotaUse),
  resetsAt: Time,
});
export type Quotas = Type.Static<typeof Quotas>;

export const QuotaAlertsQuery = Type.Object(
  { ...pageQuery, workspaceId: Type.Optional(Id), surfaceId: Type.Optional(Id) },
  { additionalProperties: true },
);

/** A quota of which so much was used, the first time that day. */
export const QuotaAlert = Type.Object({
  at: Time,
  day: Day,
  scope: QuotaScope,
  workspaceId: Nullable(Id),
  surfaceId: Nullable(Id),
  quota: QuotaName,
  thresholdPercent: Type.Integer({ description: '80 or 100.' }),
  limit: Type.Integer({ description: 'As it was then.' }),
});
