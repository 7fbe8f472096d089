import type { Insertable } from 'kysely';
import type { DB, OwnerTx, SystemTx } from '../../platform/db/index.ts';

export async function anyOwnerExists(tx: SystemTx): Promise<boolean> {
  const row = await tx.selectFrom('owners').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

export async function findFirstOwner(tx: SystemTx): Promise<string | undefined> {
  const row = await tx.selectFrom('owners').select('id').where('is_first', '=', true).executeTakeFirst();
  return row?.id;
}

/** The row must be the transaction's own owner. */
export async function insertOwner(tx: OwnerTx, owner: Insertable<DB['owners']>): Promise<void> {
  await tx.insertInto('owners').values(owner).execute();
}

export type OwnerRecord = { id: string; isActive: boolean };

/** What verification needs of an owner. */
export async function readOwnerRecord(tx: OwnerTx, id: string): Promise<OwnerRecord | undefined> {
  const row = await tx.selectFrom('owners').select(['id', 'status']).where('id', '=', id).executeTakeFirst();
  return row && { id: row.id, isActive: row.status === 'active' };
}
