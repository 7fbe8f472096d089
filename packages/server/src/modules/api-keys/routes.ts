import {
  ApiKey,
  ApiKeyChange,
  ApiKeyCreate,
  ApiKeyMe,
  ApiKeyWithSecret,
  SignedToken,
  SignRequest,
  Uuid,
} from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { recordAudit } from '../audit/index.ts';
import { changeApiKey } from './change.ts';
import { issueApiKey, type IssueDeps } from './issue.ts';
import { presentApiKey } from './present.ts';
import { revokeApiKey } from './revoke.ts';
import { checkMaySign, signForHolder, type SignDeps } from './sign.ts';
import { findApiKey, selectApiKeys, type ApiKeyRow } from './store.ts';

const tag = 'API keys';
const byId = Type.Object({ id: Uuid });

export function apiKeyRoutes(deps: IssueDeps & SignDeps): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/api-keys',
      scope: 'owner',
      tag,
      summary: 'Create an API key; the key itself is in this answer only',
      body: ApiKeyCreate,
      response: ApiKeyWithSecret,
      errors: ['not_found'],
      async operation(call) {
        const { ownerId } = call.principal;
        const { row, secret } = await issueApiKey(deps, call.tx, { ownerId, wanted: call.body });
        await recordAudit(deps, call, {
          event: 'api-key.created',
          ...target(row),
          detail: { scope: row.scope, appIds: row.app_ids },
        });
        return { ...presentApiKey(row), key: secret.reveal() };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/api-keys',
      scope: 'owner',
      tag,
      summary: 'API keys, newest first, revoked ones included',
      response: Type.Array(ApiKey),
      async operation({ tx }) {
        return (await selectApiKeys(tx)).map(presentApiKey);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/api-keys/:id',
      scope: 'owner',
      tag,
      summary: 'One API key',
      params: byId,
      response: ApiKey,
      errors: ['not_found'],
      async operation({ tx, params }) {
        const row = await findApiKey(tx, params.id);
        if (row === undefined) throw notFound('API key');
        return presentApiKey(row);
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/api-keys/:id',
      scope: 'owner',
      tag,
      summary: 'Change an API key, or switch it off and on again',
      params: byId,
      body: ApiKeyChange,
      response: ApiKey,
      errors: ['not_found', 'conflict'],
      async operation(call) {
        const row = await changeApiKey(deps, call.tx, { id: call.params.id, change: call.body });
        const { name: _, ...reach } = call.body;
        await recordAudit(deps, call, {
          event: 'api-key.changed',
          ...target(row),
          detail: { fields: Object.keys(call.body), ...reach },
        });
        return presentApiKey(row);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/api-keys/:id',
      scope: 'owner',
      tag,
      summary: 'Revoke an API key for good, and every token signed with it',
      params: byId,
      errors: ['not_found'],
      async operation(call) {
        const row = await revokeApiKey(deps, call.tx, call.params.id);
        if (row === undefined) return;
        await recordAudit(deps, call, { event: 'api-key.revoked', ...target(row) });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/api-keys/sign',
      scope: 'apiKey',
      tag,
      summary: 'Sign a token with the API key that asks',
      status: 200,
      body: SignRequest,
      response: SignedToken,
      accessLogged: true,
      authorize: checkMaySign,
      longOperation: ({ principal, body }) => signForHolder(deps, principal, body),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/api-keys/me',
      scope: 'apiKey',
      tag,
      summary: 'Who this API key or signed token is',
      response: ApiKeyMe,
      accessLogged: true,
      async longOperation({ principal }) {
        return {
          class: principal.class,
          credentialId: principal.credentialId,
          ownerId: principal.ownerId,
          workspaceId: principal.workspaceId ?? null,
          scope: principal.scope,
          apps: [...principal.apps],
          permissions: [...principal.permissions],
          sid: principal.sessionId ?? null,
        };
      },
    }),
  ];
}

function target(row: ApiKeyRow): { targetId: string; workspaceId?: string } {
  return row.workspace_id === null ? { targetId: row.id } : { targetId: row.id, workspaceId: row.workspace_id };
}
