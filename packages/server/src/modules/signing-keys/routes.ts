import { Id, JwkSet, ListOf, SigningKey } from '@microapp/contract';
import Type from 'typebox';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { recordAudit } from '../audit/index.ts';
import { checkFirstOwner } from '../owners/index.ts';
import type { Keyring } from './keyring.ts';
import type { MakeDeps } from './make.ts';
import { presentSigningKey } from './present.ts';
import { revokeSigningKey } from './revoke.ts';
import { rotateSigningKey } from './rotate.ts';
import { publishedBeforeUseSeconds } from './standing.ts';
import { selectSigningKeys } from './store.ts';

const tag = 'Signing keys';

export function signingKeyRoutes(deps: MakeDeps & { keyring: Keyring; db: Database }): Route[] {
  const { keyring, db, clock } = deps;
  return [
    defineRoute({
      method: 'GET',
      path: '/.well-known/jwks.json',
      scope: 'public',
      tag: 'Embed sessions',
      summary: 'The public keys that embed sessions are signed with',
      response: JwkSet,
      headers: { 'cache-control': `public, max-age=${publishedBeforeUseSeconds}` },
      async longOperation() {
        return { keys: await keyring.published() };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/signing-keys',
      scope: 'owner',
      tag,
      summary: 'The keys that sign embed sessions and those that did, newest first; for the first owner',
      response: ListOf(SigningKey),
      errors: ['permission_denied'],
      async longOperation({ principal }) {
        await checkFirstOwner(deps, principal);
        const rows = await db.withSystem('signing-keys.list', selectSigningKeys);
        return { data: rows.map((row) => presentSigningKey(row, rows, clock.now())), nextCursor: null };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/signing-keys/rotate',
      scope: 'owner',
      tag,
      summary: 'Publish a new signing key, which takes over without downtime; for the first owner',
      response: SigningKey,
      errors: ['permission_denied', 'conflict'],
      async longOperation({ principal, request }) {
        await checkFirstOwner(deps, principal);
        return db.withSystem('signing-keys.rotate', async (tx) => {
          const { made, retired } = await rotateSigningKey(deps, tx);
          const detail = { signsFrom: made.signs_from.toISOString(), retired };
          await recordAudit(
            deps,
            { tx, principal, request },
            { event: 'signing-key.rotated', targetId: made.id, detail },
          );
          return presentSigningKey(made, await selectSigningKeys(tx), clock.now());
        });
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/signing-keys/:id',
      scope: 'owner',
      tag,
      summary: 'Take a leaked signing key away: what it signed is refused at once; for the first owner',
      params: Type.Object({ id: Id }),
      errors: ['permission_denied', 'not_found'],
      async longOperation({ principal, request, params }) {
        await checkFirstOwner(deps, principal);
        await db.withSystem('signing-keys.revoke', async (tx) => {
          const outcome = await revokeSigningKey(deps, tx, params.id);
          if (outcome === 'already_revoked') return;
          await recordAudit(deps, { tx, principal, request }, { event: 'signing-key.revoked', targetId: params.id });
        });
      },
    }),
  ];
}
