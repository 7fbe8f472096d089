import { EmbedToken, EmbedTokenCreate, EmbedTokenWithSecret, Id, ListOf, pageQuery } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { findWorkspace } from '../workspaces/index.ts';
import { issueEmbedToken } from './issue.ts';
import { presentEmbedToken } from './present.ts';
import { revokeEmbedToken } from './revoke.ts';
import { rotateEmbedToken } from './rotate.ts';
import { findEmbedToken, selectEmbedTokens } from './store.ts';

const tag = 'Embed tokens';
const byId = Type.Object({ id: Id });

export function embedTokenRoutes(deps: { clock: Clock; random: Random }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/workspaces/:id/embed-tokens',
      scope: 'owner',
      tag,
      summary: 'Issue an embed token; its secret is in this answer only',
      params: byId,
      body: EmbedTokenCreate,
      response: EmbedTokenWithSecret,
      errors: ['not_found', 'conflict', 'permission_denied'],
      async operation(call) {
        const { row, secret } = await issueEmbedToken(deps, call.tx, {
          workspaceId: call.params.id,
          wanted: call.body,
        });
        await recordAudit(deps, call, {
          event: 'embed-token.issued',
          targetId: row.id,
          workspaceId: row.workspace_id,
          detail: { apps: row.apps, permissions: row.permissions, use: row.use },
        });
        return { ...presentEmbedToken(row, deps.clock.now()), token: secret.reveal() };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workspaces/:id/embed-tokens',
      scope: 'owner',
      tag,
      summary: 'Embed tokens of a workspace, newest first',
      params: byId,
      query: Type.Object(pageQuery),
      response: ListOf(EmbedToken),
      errors: ['not_found'],
      async operation({ tx, params, query }) {
        if ((await findWorkspace(tx, params.id)) === undefined) throw notFound('workspace');
        const page = pageOf(query);
        const rows = await selectEmbedTokens(tx, params.id, page);
        const now = deps.clock.now();
        return toPage(rows, page, {
          startOf: (row) => ({ at: row.created_at, id: row.id }),
          present: (row) => presentEmbedToken(row, now),
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/embed-tokens/:id',
      scope: 'owner',
      tag,
      summary: 'One embed token',
      params: byId,
      response: EmbedToken,
      errors: ['not_found'],
      async operation({ tx, params }) {
        const row = await findEmbedToken(tx, params.id);
        if (row === undefined) throw notFound('embed token');
        return presentEmbedToken(row, deps.clock.now());
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/embed-tokens/:id/rotate',
      scope: 'owner',
      tag,
      summary: 'Replace the secret of an embed token; the old one is dead at once',
      status: 200,
      params: byId,
      response: EmbedTokenWithSecret,
      errors: ['not_found', 'conflict'],
      async operation(call) {
        const { row, secret } = await rotateEmbedToken(deps, call.tx, call.params.id);
        await recordAudit(deps, call, {
          event: 'embed-token.rotated',
          targetId: row.id,
          workspaceId: row.workspace_id,
          detail: { version: row.version },
        });
        return { ...presentEmbedToken(row, deps.clock.now()), token: secret.reveal() };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/embed-tokens/:id',
      scope: 'owner',
      tag,
      summary: 'Revoke an embed token for good',
      params: byId,
      errors: ['not_found'],
      async operation(call) {
        const row = await revokeEmbedToken(deps, call.tx, call.params.id);
        if (row === undefined) return;
        await recordAudit(deps, call, {
          event: 'embed-token.revoked',
          targetId: row.id,
          workspaceId: row.workspace_id,
        });
      },
    }),
  ];
}
