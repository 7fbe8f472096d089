import Type from 'typebox';
import { Id, Nullable, Time, pageQuery, timeRangeQuery } from './http.ts';

// Actors and targets are of many kinds; an actor need not be one of our own records.
const Text = Type.String({ minLength: 1, maxLength: 300 });

export const AuditQuery = Type.Object(
  {
    ...pageQuery,
    ...timeRangeQuery,
    workspaceId: Type.Optional(Id),
    event: Type.Optional(Type.String({ pattern: '^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$', maxLength: 100 })),
    actorId: Type.Optional(Text),
    targetId: Type.Optional(Text),
    requestId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { additionalProperties: true },
);

export const AuditEntry = Type.Object({
  id: Id,
  at: Time,
  workspaceId: Nullable(Id),
  actorClass: Type.String(),
  actorId: Type.String(),
  address: Nullable(Type.String()),
  requestId: Type.String(),
  event: Type.String(),
  targetId: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
});
