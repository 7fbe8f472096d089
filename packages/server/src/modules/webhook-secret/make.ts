import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { freshWebhookSecret } from './sealed-secret.ts';
import { insertWebhookSecret, type WebhookSecretRow } from './store.ts';

export type MakeDeps = { clock: Clock; random: Random; envelope: Envelope };

/** Makes the owner's first secret. Undefined when there is one: of two that come at the same moment one makes it. */
export async function makeWebhookSecret(
  deps: MakeDeps,
  tx: OwnerTx,
  ownerId: string,
): Promise<{ row: WebhookSecretRow; secret: Secret } | undefined> {
  const id = newId(deps.random, 'webhookSecret');
  const { secret, stored } = freshWebhookSecret(deps, id);
  const created = { id, owner_id: ownerId, ...stored, created_at: new Date(deps.clock.now()) };
  const row = await insertWebhookSecret(tx, created);
  return row && { row, secret };
}
