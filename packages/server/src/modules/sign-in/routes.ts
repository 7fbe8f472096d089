import { CurrentSession, DashboardSessionCreate, SignIn } from '@microapp/contract';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { checkOwnPage, verifyOwnerKey, type Access } from '../access/index.ts';
import { beginSession, type BeginDeps } from './begin-session.ts';

const tag = 'Signing in';

export type SignInDeps = BeginDeps & {
  db: Database;
  access: Access;
  /** Verifies something presented from an address, unless too much from there was invalid; counts it when it is. */
  countFailures: <T>(address: string, verify: () => Promise<T>) => Promise<T>;
  /** Whether people can sign in through an identity provider. */
  hasIdentityProvider: boolean;
};

/** How sessions of the dashboard begin. */
export function signInRoutes(deps: SignInDeps): Route[] {
  const { access, db, publicUrl, countFailures } = deps;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/sign-in',
      scope: 'public',
      host: 'public',
      tag,
      summary: 'How one can sign in here',
      response: SignIn,
      async longOperation() {
        return { identityProvider: deps.hasIdentityProvider };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/dashboard-sessions',
      scope: 'public',
      host: 'public',
      tag,
      summary: 'Sign in with an owner key, which is exchanged for a cookie',
      body: DashboardSessionCreate,
      response: CurrentSession,
      errors: ['invalid_token', 'origin_not_allowed', 'rate_limited', 'unavailable'],
      async longOperation({ body, request }) {
        // First: a key that stands in a foreign page must not even be tried from there.
        checkOwnPage(request, publicUrl);
        const key = await countFailures(request.address, () =>
          verifyOwnerKey(access, body.ownerKey, request.attribute),
        );
        const holder = { kind: 'owner_key', id: key.credentialId, version: key.version } as const;
        return db.withOwner(key, (tx) => beginSession(deps, { tx, request }, { ownerId: key.ownerId, holder }));
      },
    }),
  ];
}
