import Type from 'typebox';
import { errors, type ErrorCode } from './errors.ts';
import { Id, Nullable, Time, pageQuery, timeRangeQuery } from './http.ts';

/** An answer with one of these statuses refused whoever asked: by credential, by origin or permission, by limit. */
export const refusedStatuses: readonly number[] = [401, 403, 429];

/** API keys are named by a UUID, people by what their provider calls them, every other credential by an id with a prefix. */
export const AnyCredentialId = Type.String({ minLength: 1, maxLength: 255 });

export const AccessLogQuery = Type.Object(
  {
    ...pageQuery,
    ...timeRangeQuery,
    requestId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    workspaceId: Type.Optional(Id),
    credentialId: Type.Optional(AnyCredentialId),
    app: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    origin: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    status: Type.Optional(Type.String({ pattern: '^[1-5][0-9][0-9]$', description: 'An HTTP status.' })),
    code: Type.Optional(Type.Enum(Object.keys(errors) as ErrorCode[])),
    refused: Type.Optional(Type.Enum(['true', 'false'], { description: `Status ${refusedStatuses.join(', ')}.` })),
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
  reason: Nullable(Type.String({ description: 'Why the request was refused; the caller was not told.' })),
  explanation: Nullable(Type.String({ description: 'The reason as a sentence, and what to do.' })),
  durationMs: Type.Number(),
});
