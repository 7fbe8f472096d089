import { sql, type Insertable, type Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type OwnerKeyRow = Selectable<DB['owner_keys']>;

export async function insertOwnerKey(tx: OwnerTx, key: Insertable<DB['owner_keys']>): Promise<OwnerKeyRow> {
  return tx.insertInto('owner_keys').values(key).returningAll().executeTakeFirstOrThrow();
}

/** The page's rows and one more, newest first. */
export async function selectOwnerKeys(tx: OwnerTx, page: Page): Promise<OwnerKeyRow[]> {
  return tx
    .selectFrom('owner_keys')
    .selectAll()
    .where(olderThan(page.after, { at: 'created_at', id: 'id' }))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

/** All keys, locked until the transaction ends: two revocations at once must not both see another key left. */
export async function lockOwnerKeys(tx: OwnerTx): Promise<OwnerKeyRow[]> {
  return tx.selectFrom('owner_keys').selectAll().orderBy('id').forUpdate().execute();
}

export async function setOwnerKeyRevoked(tx: OwnerTx, id: string, at: Date): Promise<void> {
  await tx.updateTable('owner_keys').set({ revoked_at: at }).where('id', '=', id).execute();
}

/** Undefined when there is no such key or it is revoked. */
export async function replaceOwnerKeySecret(tx: OwnerTx, id: string, hash: Buffer): Promise<OwnerKeyRow | undefined> {
  return tx
    .updateTable('owner_keys')
    .set({ secret_hash: hash, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

export async function ownerKeyExists(tx: OwnerTx, id: string): Promise<boolean> {
  const row = await tx.selectFrom('owner_keys').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}

export type OwnerKeyRecord = {
  id: string;
  ownerId: string;
  version: number;
  revokedAt: Date | null;
  ownerActive: boolean;
};

/** What verification needs of a key and its owner. */
export async function readOwnerKeyRecord(tx: OwnerTx, id: string): Promise<OwnerKeyRecord | undefined> {
  const row = await tx
    .selectFrom('owner_keys')
    .innerJoin('owners', 'owners.id', 'owner_keys.owner_id')
    .select(['owner_keys.id', 'owner_keys.owner_id', 'owner_keys.version', 'owner_keys.revoked_at', 'owners.status'])
    .where('owner_keys.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    ownerId: row.owner_id,
    version: row.version,
    revokedAt: row.revoked_at,
    ownerActive: row.status === 'active',
  };
}
