import Type from 'typebox';
import { Id, Nullable, Time, pageQuery } from './http.ts';

export const AccessLogQuery = Type.Object(
  {
    ...pageQuery,
    requestId: Type.Optional(Type.String({ maxLength: 100 })),
    workspaceId: Type.Optional(Id),
    credentialId: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  { additionalProperties: true },
);

export const AccessLogLine = Type.Object({
  at: Time,
  requestId: Type.String(),
  workspaceId: Nullable(Id),
  app: Nullable(Type.String()),
  origin: Nullable(Type.String()),
  address: Nullable(Type.String()),
  credentialClass: Nullable(Type.String()),
  credentialId: Nullable(Type.String()),
  method: Type.String(),
  route: Type.String(),
  status: Type.Integer(),
  code: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  durationMs: Type.Number(),
});
