import Type from 'typebox';
import { Id, Nullable, Time, pageQuery } from './http.ts';

// The year 0 is in ISO 8601 and not in PostgreSQL.
const Day = Type.String({ format: 'date', pattern: '^(?!0000)', description: 'A UTC day.' });

export const UsageQuery = Type.Object(
  {
    workspaceId: Type.Optional(Id),
    from: Type.Optional(Day),
    to: Type.Optional(Day),
  },
  { additionalProperties: true },
);

export const UsageDay = Type.Object({
  day: Day,
  workspaceId: Id,
  appId: Id,
  runs: Type.Integer(),
  failedRuns: Type.Integer(),
});

export const RunsQuery = Type.Object({ ...pageQuery, workspaceId: Type.Optional(Id) }, { additionalProperties: true });

export const Run = Type.Object({
  id: Id,
  workspaceId: Id,
  appId: Id,
  appVersion: Type.Integer(),
  surfaceId: Nullable(Id),
  credentialClass: Type.String(),
  credentialId: Type.String(),
  origin: Nullable(Type.String()),
  status: Type.Union([Type.Literal('ok'), Type.Literal('failed')]),
  errorCode: Nullable(Type.String()),
  errorDetail: Nullable(Type.String()),
  durationMs: Type.Number(),
  startedAt: Time,
  requestId: Type.String(),
});
