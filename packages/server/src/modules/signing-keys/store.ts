import type { Insertable, Selectable } from 'kysely';
import type { DB, SystemTx } from '../../platform/db/index.ts';

export type SigningKeyRow = Selectable<DB['signing_keys']>;

/** The keys that are published, newest first. */
export async function selectSigningKeys(tx: SystemTx): Promise<SigningKeyRow[]> {
  return tx
    .selectFrom('signing_keys')
    .selectAll()
    .where('retired_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

export async function insertSigningKey(tx: SystemTx, row: Insertable<DB['signing_keys']>): Promise<void> {
  await tx.insertInto('signing_keys').values(row).execute();
}
