import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type ProviderKeyRow = Selectable<DB['provider_keys']>;

export async function insertProviderKey(tx: OwnerTx, row: Insertable<DB['provider_keys']>): Promise<ProviderKeyRow> {
  return tx.insertInto('provider_keys').values(row).returningAll().executeTakeFirstOrThrow();
}

/** The page's rows and one more, newest first; deleted ones are left out. */
export async function selectProviderKeys(tx: OwnerTx, page: Page): Promise<ProviderKeyRow[]> {
  return tx
    .selectFrom('provider_keys')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where(olderThan(page.after, { at: 'created_at', id: 'id' }))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

export type ActiveKeyRow = Pick<
  ProviderKeyRow,
  'id' | 'provider' | 'base_url' | 'default_model' | 'key_sealed' | 'created_at'
>;

/** The newest active key of each provider, of the workspace's owner; that they are active is the table's own policy. */
export async function selectNewestActiveKeys(tx: WorkspaceTx): Promise<ActiveKeyRow[]> {
  return newestOfEach(tx).execute();
}

/** The same of the transaction's owner, who sees those that are switched off, too. */
export async function selectOwnNewestActiveKeys(tx: OwnerTx): Promise<ActiveKeyRow[]> {
  return newestOfEach(tx).where('is_active', '=', true).where('deleted_at', 'is', null).execute();
}

function newestOfEach(tx: OwnerTx | WorkspaceTx) {
  return tx
    .selectFrom('provider_keys')
    .distinctOn('provider')
    .select(['id', 'provider', 'base_url', 'default_model', 'key_sealed', 'created_at'])
    .orderBy('provider')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
}

/** A deleted one too. */
export async function findProviderKey(tx: OwnerTx, id: string): Promise<ProviderKeyRow | undefined> {
  return tx.selectFrom('provider_keys').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function lockProviderKey(tx: OwnerTx, id: string): Promise<ProviderKeyRow | undefined> {
  return tx.selectFrom('provider_keys').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function updateProviderKey(
  tx: OwnerTx,
  id: string,
  change: Updateable<DB['provider_keys']>,
): Promise<ProviderKeyRow> {
  return tx.updateTable('provider_keys').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Puts another key in the row's place for it. */
export async function replaceProviderKey(
  tx: OwnerTx,
  id: string,
  key: { key_sealed: Buffer; key_last4: string },
): Promise<void> {
  await tx
    .updateTable('provider_keys')
    .set({ ...key, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
}

/** Destroys the key and leaves the row. Answers whether it was there. */
export async function setProviderKeyDeleted(tx: OwnerTx, id: string, at: Date): Promise<boolean> {
  const deleted = await tx
    .updateTable('provider_keys')
    .set({ deleted_at: at, updated_at: at, key_sealed: null, is_active: false })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}
