import Type from 'typebox';
import { Id, Nullable, Time, pageQuery } from './http.ts';

export const AuditQuery = Type.Object({ ...pageQuery, workspaceId: Type.Optional(Id) }, { additionalProperties: true });

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
