const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** How somebody signed in. */
export type SessionKind = 'owner_key' | 'member' | 'oidc_user';

/** How long a session may go unused. */
export const idleMsMax: Readonly<Record<SessionKind, number>> = {
  owner_key: 12 * hourMs,
  member: 14 * dayMs,
  oidc_user: 12 * hourMs,
};

/**
 * How long a session lives at most. What the identity provider says of a person is known from the sign-in and not asked
 * again, so such a session is over within a working day; signing in again is one redirect.
 */
export const sessionMsMax: Readonly<Record<SessionKind, number>> = {
  owner_key: 7 * dayMs,
  member: 30 * dayMs,
  oidc_user: 12 * hourMs,
};

/** How long a session that is over stays in the database, for whoever looks into what it was. */
export const keptAfterEndMs = 30 * dayMs;
