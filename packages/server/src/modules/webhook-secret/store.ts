import { sql, type Insertable, type Selectable } from 'kysely';
import type { DB, OwnerTx } from '../../platform/db/index.ts';

export type WebhookSecretRow = Selectable<DB['webhook_secrets']>;

/** The owner's own; there is one at most. */
export async function findWebhookSecret(tx: OwnerTx): Promise<WebhookSecretRow | undefined> {
  return tx.selectFrom('webhook_secrets').selectAll().executeTakeFirst();
}

export async function lockWebhookSecret(tx: OwnerTx): Promise<WebhookSecretRow | undefined> {
  return tx.selectFrom('webhook_secrets').selectAll().forUpdate().executeTakeFirst();
}

/** Undefined when the owner has one already, even one that was made a moment ago by somebody else. */
export async function insertWebhookSecret(
  tx: OwnerTx,
  row: Insertable<DB['webhook_secrets']>,
): Promise<WebhookSecretRow | undefined> {
  return tx
    .insertInto('webhook_secrets')
    .values(row)
    .onConflict((conflict) => conflict.column('owner_id').doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Puts another secret in the row's place for it. */
export async function replaceWebhookSecret(
  tx: OwnerTx,
  id: string,
  secret: { secret_sealed: Buffer; secret_last4: string; created_at: Date },
): Promise<WebhookSecretRow> {
  return tx
    .updateTable('webhook_secrets')
    .set({ ...secret, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
