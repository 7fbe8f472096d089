import Type from 'typebox';
import { Id, Nullable, Time, pageQuery, timeRangeQuery } from './http.ts';

// Actors and targets are of many kinds; an actor need not be one of our own records.
const Text = Type.String({ minLength: 1, maxLength: 300 });

/** Everything that is written into the audit trail, by the noun that it happened to. */
export const auditEvents = [
  'api-key.changed',
  'api-key.created',
  'api-key.revoked',
  'app.changed',
  'app.created',
  'app.deleted',
  'app.published',
  'app.rolled-back',
  'client-token.rotated',
  'dashboard-session.created',
  'dashboard-session.ended',
  'dashboard-session.ended-everywhere',
  'embed-token.issued',
  'embed-token.revoked',
  'embed-token.rotated',
  'embed-token.url-copied',
  'embed-tokens.reviewed',
  'installation.keys-rotated',
  'member.changed',
  'member.invited',
  'member.link-renewed',
  'member.removed',
  'owner-key.issued',
  'owner-key.revoked',
  'owner-key.rotated',
  'owner.created',
  'provider-key.changed',
  'provider-key.created',
  'provider-key.deleted',
  'provider-key.tested',
  'provider-key.used',
  'signing-key.revoked',
  'signing-key.rotated',
  'surface.changed',
  'surface.created',
  'surface.deleted',
  'surface.logo-removed',
  'surface.logo-set',
  'webhook-secret.rotated',
  'workspace.changed',
  'workspace.created',
  'workspace.deleted',
] as const;

export type AuditEvent = (typeof auditEvents)[number];

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
