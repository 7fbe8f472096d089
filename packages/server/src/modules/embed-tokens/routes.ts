import {
  EmbedToken,
  EmbedTokenCreate,
  EmbedTokenQuery,
  EmbedTokenTest,
  EmbedTokenTestResult,
  EmbedTokenUrl,
  EmbedTokenUrlRequest,
  EmbedTokenWithSecret,
  Id,
  ListOf,
  RevokedTokens,
  RevokeUnused,
} from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { copyEmbedTokenUrl, type CopyUrlDeps } from './copy-url.ts';
import { issueEmbedToken } from './issue.ts';
import { listEmbedTokens } from './list.ts';
import { presentEmbedToken } from './present.ts';
import { revokeEmbedToken } from './revoke.ts';
import { revokeUnusedEmbedTokens } from './revoke-unused.ts';
import { rotateEmbedToken } from './rotate.ts';
import { findEmbedToken, selectOriginsSeen } from './store.ts';
import { tryOutEmbedToken } from './try-out.ts';

const tag = 'Embed tokens';
const byId = Type.Object({ id: Id });

export function embedTokenRoutes(deps: CopyUrlDeps & { db: Database; keyring: Keyring }): Route[] {
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
        const found = { ...row, workspace_deleted_at: null };
        return { ...presentEmbedToken(found, { now: deps.clock.now(), originsSeen: [] }), token: secret.reveal() };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workspaces/:id/embed-tokens',
      scope: 'owner',
      tag,
      summary: 'Embed tokens of a workspace, newest or latest used first',
      params: byId,
      query: EmbedTokenQuery,
      response: ListOf(EmbedToken),
      errors: ['not_found'],
      operation: ({ tx, params, query }) => listEmbedTokens(deps, tx, { workspaceId: params.id, query }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workspaces/:id/embed-tokens/revoke-unused',
      scope: 'owner',
      tag,
      summary: 'Revoke for good every embed token that was not used lately',
      status: 200,
      params: byId,
      body: RevokeUnused,
      response: RevokedTokens,
      errors: ['not_found'],
      async operation(call) {
        const { unusedSinceDays } = call.body;
        const { revoked, hasMore } = await revokeUnusedEmbedTokens(deps, call.tx, {
          workspaceId: call.params.id,
          unusedSinceDays,
        });
        for (const row of revoked) {
          await recordAudit(deps, call, {
            event: 'embed-token.revoked',
            targetId: row.id,
            workspaceId: row.workspace_id,
            detail: { unusedSinceDays },
          });
        }
        return { revokedIds: revoked.map(({ id }) => id), hasMore };
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
        const originsSeen = await selectOriginsSeen(tx, row.id);
        return presentEmbedToken(row, { now: deps.clock.now(), originsSeen });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/embed-tokens/:id/url',
      scope: 'owner',
      tag,
      summary: 'Copy URL: an address for an iframe with a fresh URL token in it',
      params: byId,
      body: EmbedTokenUrlRequest,
      response: EmbedTokenUrl,
      errors: ['not_found', 'conflict'],
      // The address is a secret, which nothing keeps, and a second one costs nothing.
      idempotency: 'none',
      async longOperation(call) {
        const key = await deps.keyring.current();
        return deps.db.withOwner(call.principal, async (tx) => {
          const asked = { id: call.params.id, wanted: call.body ?? {}, key };
          const { url, expiresAt, app, row } = await copyEmbedTokenUrl(deps, tx, asked);
          await recordAudit(
            deps,
            { ...call, tx },
            {
              event: 'embed-token.url-copied',
              targetId: row.id,
              workspaceId: row.workspace_id,
              detail: { app },
            },
          );
          return { url, expiresAt: expiresAt.toISOString() };
        });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/embed-tokens/:id/test',
      scope: 'owner',
      tag,
      summary: 'Whether an embed token would work on a page, and every reason why not',
      status: 200,
      params: byId,
      body: EmbedTokenTest,
      response: EmbedTokenTestResult,
      errors: ['not_found'],
      operation: ({ tx, params, body }) => tryOutEmbedToken(deps, tx, { id: params.id, wanted: body }),
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
        const originsSeen = await selectOriginsSeen(call.tx, row.id);
        const found = { ...row, workspace_deleted_at: null };
        return { ...presentEmbedToken(found, { now: deps.clock.now(), originsSeen }), token: secret.reveal() };
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
