import {
  Id,
  ListOf,
  pageQuery,
  ProviderKey,
  ProviderKeyChange,
  ProviderKeyCreate,
  ProviderKeyTested,
} from '@microapp/contract';
import Type from 'typebox';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { changeProviderKey } from './change.ts';
import { createProviderKey } from './create.ts';
import { deleteProviderKey } from './delete.ts';
import { presentProviderKey } from './present.ts';
import { selectProviderKeys } from './store.ts';
import { testProviderKey } from './test.ts';

const tag = 'Provider keys';
const byId = Type.Object({ id: Id });

export type ProviderKeyDeps = { clock: Clock; random: Random; db: Database; envelope: Envelope; outbound: Outbound };

export function providerKeyRoutes(deps: ProviderKeyDeps): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/provider-keys',
      scope: 'owner',
      tag,
      summary: 'Store a key for an AI provider, encrypted; it is never answered again',
      body: ProviderKeyCreate,
      response: ProviderKey,
      async operation(call) {
        const row = await createProviderKey(deps, call.tx, { ownerId: call.principal.ownerId, fields: call.body });
        const detail = { provider: row.provider, baseUrl: row.base_url };
        await recordAudit(deps, call, { event: 'provider-key.created', targetId: row.id, detail });
        return presentProviderKey(row);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/provider-keys',
      scope: 'owner',
      tag,
      summary: 'Provider keys, newest first',
      query: Type.Object(pageQuery),
      response: ListOf(ProviderKey),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectProviderKeys(tx, page);
        const startOf = (row: (typeof rows)[number]) => ({ at: row.created_at, id: row.id });
        return toPage(rows, page, { startOf, present: presentProviderKey });
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/provider-keys/:id',
      scope: 'owner',
      tag,
      summary: 'Change a provider key; another key makes another version',
      params: byId,
      body: ProviderKeyChange,
      response: ProviderKey,
      errors: ['not_found'],
      async operation(call) {
        const row = await changeProviderKey(deps, call.tx, { id: call.params.id, change: call.body });
        const detail = { fields: Object.keys(call.body), version: row.version };
        await recordAudit(deps, call, { event: 'provider-key.changed', targetId: row.id, detail });
        return presentProviderKey(row);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/provider-keys/:id',
      scope: 'owner',
      tag,
      summary: 'Destroy a provider key',
      params: byId,
      errors: ['not_found'],
      async operation(call) {
        const outcome = await deleteProviderKey(deps, call.tx, call.params.id);
        if (outcome === 'already_deleted') return;
        await recordAudit(deps, call, { event: 'provider-key.deleted', targetId: call.params.id });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/provider-keys/:id/test',
      scope: 'owner',
      tag,
      summary: 'Try the key at its provider, for real: whether it would work, and why not',
      status: 200,
      params: byId,
      response: ProviderKeyTested,
      errors: ['not_found'],
      async longOperation({ principal, params, request }) {
        const tried = await testProviderKey(deps, principal, params.id);
        // A use of the key, so it leaves a line like a change.
        await deps.db.withOwner(principal, (tx) =>
          recordAudit(
            deps,
            { tx, principal, request },
            {
              event: 'provider-key.tested',
              targetId: params.id,
              detail: { ok: tried.ok },
            },
          ),
        );
        return tried;
      },
    }),
  ];
}
