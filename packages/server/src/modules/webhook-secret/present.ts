import type { WebhookSecretRow } from './store.ts';

/** A secret as its owner sees it: of the secret itself the last four characters. */
export function presentWebhookSecret(row: WebhookSecretRow) {
  return {
    ownerId: row.owner_id,
    version: row.version,
    secretLast4: row.secret_last4,
    createdAt: row.created_at.toISOString(),
  };
}
