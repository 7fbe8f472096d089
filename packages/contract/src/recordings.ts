import Type from 'typebox';
import { Nullable, Slug, Time } from './http.ts';
import { sessionIdLengthMax, Uuid } from './api-keys.ts';

/** Recorded visits; in addresses and JSON one is called session. */
export const RecordedSession = Type.Object({
  id: Uuid,
  appId: Type.String({ description: 'The slug of the app that recorded it.' }),
  startedAt: Time,
  endedAt: Nullable(Time),
});

/** The id that a caller asks for. Any text: what names no session is not found. */
export const SessionIdAsked = Type.Object({ id: Type.String({ minLength: 1, maxLength: sessionIdLengthMax }) });

export const RecordedSessionsQuery = Type.Object(
  {
    appId: Type.Optional(Slug),
    limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9][0-9]|1[0-9][0-9]|200)$' })),
  },
  { additionalProperties: true },
);

export const RecordedSessionFacets = Type.Object({
  apps: Type.Array(Type.Object({ appId: Type.String(), sessions: Type.Integer() })),
});

/** What a session holds, in the order in which it happened. */
export const RecordedEntry = Type.Object({ at: Time, body: Type.Unknown() });
