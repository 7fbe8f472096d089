import { notFound } from '../../platform/app-error.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { lockMember, type MemberRow } from './store.ts';

/** The member, locked. Throws `not_found` for one who was removed, too. */
export async function findMember(tx: OwnerTx, id: string): Promise<MemberRow> {
  const row = await lockMember(tx, id);
  if (row === undefined || row.removed_at !== null) throw notFound('member');
  return row;
}
