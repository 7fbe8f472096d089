import { Id, ListOf, OwnerKey, OwnerKeyCreate, OwnerKeyWithSecret, pageQuery } from '@microapp/contract';
import Type from 'typebox';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { issueOwnerKey } from './issue.ts';
import { presentOwnerKey } from './present.ts';
import { revokeOwnerKey } from './revoke.ts';
import { rotateOwnerKey } from './rotate.ts';
import { selectOwnerKeys } from './store.ts';

const tag = 'Owner keys';
const byId = Type.Object({ id: Id });

export function ownerKeyRoutes(deps: { clock: Clock; random: Random }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/owner-keys',
      scope: 'owner',
      tag,
      summary: 'Make an owner key; its secret is in this answer only',
      body: OwnerKeyCreate,
      response: OwnerKeyWithSecret,
      async operation(call) {
        const { row, secret } = await issueOwnerKey(deps, call.tx, {
          ownerId: call.principal.ownerId,
          label: call.body.label,
        });
        await recordAudit(deps, call, { event: 'owner-key.issued', targetId: row.id });
        return { ...presentOwnerKey(row), key: secret.reveal() };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/owner-keys',
      scope: 'owner',
      tag,
      summary: 'Owner keys, newest first',
      query: Type.Object(pageQuery),
      response: ListOf(OwnerKey),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectOwnerKeys(tx, page);
        return toPage(rows, page, {
          startOf: (row) => ({ at: row.created_at, id: row.id }),
          present: presentOwnerKey,
        });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/owner-keys/:id/rotate',
      scope: 'owner',
      tag,
      summary: 'Replace the secret of an owner key; the old one is dead at once',
      status: 200,
      params: byId,
      response: OwnerKeyWithSecret,
      errors: ['not_found', 'conflict'],
      async operation(call) {
        const { row, secret } = await rotateOwnerKey(deps, call.tx, call.params.id);
        await recordAudit(deps, call, {
          event: 'owner-key.rotated',
          targetId: row.id,
          detail: { version: row.version },
        });
        return { ...presentOwnerKey(row), key: secret.reveal() };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/owner-keys/:id',
      scope: 'owner',
      tag,
      summary: 'Revoke an owner key for good; the last active one stays',
      params: byId,
      errors: ['not_found', 'conflict'],
      async operation(call) {
        const outcome = await revokeOwnerKey(deps, call.tx, call.params.id);
        if (outcome === 'already_revoked') return;
        await recordAudit(deps, call, { event: 'owner-key.revoked', targetId: call.params.id });
      },
    }),
  ];
}
