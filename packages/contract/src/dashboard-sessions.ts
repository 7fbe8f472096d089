import Type from 'typebox';
import { Id, ListOf, Nullable, SecretText, Time } from './http.ts';
import { Me } from './management-roles.ts';

/** The header that repeats a session's CSRF token on every request that changes something. */
export const csrfHeader = 'x-csrf-token';

/** How somebody can sign in, before anybody has: asked by the page that offers it. */
export const SignIn = Type.Object({
  identityProvider: Type.Boolean({
    description: 'Whether /sign-in/oidc leads to an identity provider; an owner key always works.',
  }),
});

/** Signing in with an owner key. The key is exchanged and not kept: the session is a cookie that no script can read. */
export const DashboardSessionCreate = Type.Object(
  { ownerKey: SecretText({ description: 'An owner key, mk_….', maxLength: 200 }) },
  { additionalProperties: false },
);

/** Signing in with the one-time link that an admin has made; `link` is what stands behind `#link=`. */
export const DashboardSessionJoin = Type.Object(
  { link: SecretText({ description: 'The secret of a one-time link.', maxLength: 200 }) },
  { additionalProperties: false },
);

/** Whom a session stands for, where that is somebody: the holder of an owner key is nobody in particular. */
export const Person = Type.Object({ name: Type.String(), email: Type.Optional(Type.String()) });

/** The session behind a cookie, and all that the dashboard needs to begin. */
export const CurrentSession = Type.Object({
  id: Id,
  me: Me,
  person: Nullable(Person),
  owner: Type.Object({ id: Id, name: Type.String() }),
  csrfToken: SecretText({ description: 'Goes with every request that changes something, as X-CSRF-Token.' }),
  expiresAt: Type.String({
    format: 'date-time',
    description: 'When the session ends at the latest; it ends before when it is not used.',
  }),
  publicUrl: Type.String({ description: 'Where the dashboard and the management API are, as an origin.' }),
  embedUrl: Type.String({ description: 'Where frames and the embed API are, as an origin.' }),
});
export type CurrentSession = Type.Static<typeof CurrentSession>;

/** One session in the list of them. */
export const DashboardSession = Type.Object({
  id: Id,
  kind: Type.Enum(['owner_key', 'member', 'oidc_user'], { description: 'How it was signed in.' }),
  person: Nullable(Person),
  createdAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
  isCurrent: Type.Boolean({ description: 'Whether it is the one that asks.' }),
  userAgent: Type.Optional(Type.String({ description: 'As the browser called itself at the sign-in.' })),
});

export const DashboardSessionList = ListOf(DashboardSession);
