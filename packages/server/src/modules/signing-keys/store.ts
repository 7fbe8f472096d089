import { sql, type Insertable, type Selectable } from 'kysely';
import type { DB, SystemTx } from '../../platform/db/index.ts';

export type SigningKeyRow = Selectable<DB['signing_keys']>;

/** The keys that verify or may still have to, newest first. */
export async function selectUnrevokedSigningKeys(tx: SystemTx): Promise<SigningKeyRow[]> {
  return tx
    .selectFrom('signing_keys')
    .selectAll()
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** The keys that are published, newest first. */
export async function selectLiveSigningKeys(tx: SystemTx): Promise<SigningKeyRow[]> {
  return tx
    .selectFrom('signing_keys')
    .selectAll()
    .where('retired_at', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** Every key there ever was, newest first; there are as many as there were rotations. */
export async function selectSigningKeys(tx: SystemTx): Promise<SigningKeyRow[]> {
  return tx.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').execute();
}

/** One change of the keys at a time: each decides by what it finds. Held until the transaction ends. */
export async function lockSigningKeys(tx: SystemTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('signing_keys'))`.execute(tx);
}

export async function insertSigningKey(tx: SystemTx, row: Insertable<DB['signing_keys']>): Promise<SigningKeyRow> {
  return tx.insertInto('signing_keys').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function setSigningKeysRetired(tx: SystemTx, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.updateTable('signing_keys').set({ retired_at: at }).where('id', 'in', ids).execute();
}

export async function setSigningKeyRevoked(tx: SystemTx, id: string, at: Date): Promise<void> {
  await tx.updateTable('signing_keys').set({ revoked_at: at }).where('id', '=', id).execute();
}

/** Makes a key that waits for its turn sign from `at`. */
export async function setSigningFrom(tx: SystemTx, id: string, at: Date): Promise<void> {
  await tx.updateTable('signing_keys').set({ signs_from: at }).where('id', '=', id).execute();
}
