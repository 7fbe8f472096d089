import { WebhookSecret, WebhookSecretRotated } from '@microapp/contract';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { MakeDeps } from './make.ts';
import { presentWebhookSecret } from './present.ts';
import { rotateWebhookSecret } from './rotate.ts';
import { findWebhookSecret } from './store.ts';

const tag = 'Webhook secret';

export function webhookSecretRoutes(deps: MakeDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/webhook-secret',
      scope: 'owner',
      tag,
      summary: 'The secret that calls to your endpoints are signed with: since when there is one, and how it ends',
      response: WebhookSecret,
      async operation({ tx, principal }) {
        const row = await findWebhookSecret(tx);
        if (row !== undefined) return presentWebhookSecret(row);
        return { ownerId: principal.ownerId, version: null, secretLast4: null, createdAt: null };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/webhook-secret/rotate',
      scope: 'owner',
      tag,
      summary: 'Make a new secret, shown in this answer only; the old one signs nothing any more',
      status: 200,
      response: WebhookSecretRotated,
      async operation(call) {
        const { row, secret } = await rotateWebhookSecret(deps, call.tx, call.principal.ownerId);
        const detail = { version: row.version };
        await recordAudit(deps, call, { event: 'webhook-secret.rotated', targetId: row.id, detail });
        return { ...presentWebhookSecret(row), secret: secret.reveal() };
      },
    }),
  ];
}
