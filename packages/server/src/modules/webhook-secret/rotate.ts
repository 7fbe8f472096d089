import type { OwnerTx } from '../../platform/db/index.ts';
import type { Secret } from '../../platform/secret.ts';
import { makeWebhookSecret, type MakeDeps } from './make.ts';
import { freshWebhookSecret } from './sealed-secret.ts';
import { lockWebhookSecret, replaceWebhookSecret, type WebhookSecretRow } from './store.ts';

/** Gives the owner a new secret; calls that begin after the commit are signed with it, and none with the old one. */
export async function rotateWebhookSecret(
  deps: MakeDeps,
  tx: OwnerTx,
  ownerId: string,
): Promise<{ row: WebhookSecretRow; secret: Secret }> {
  const made = await makeWebhookSecret(deps, tx, ownerId);
  if (made !== undefined) return made;
  const found = await lockWebhookSecret(tx);
  if (found === undefined) throw new Error('The secret that was in the way is gone, and nothing deletes secrets.');
  const { secret, stored } = freshWebhookSecret(deps, found.id);
  const replaced = { ...stored, created_at: new Date(deps.clock.now()) };
  return { row: await replaceWebhookSecret(tx, found.id, replaced), secret };
}
