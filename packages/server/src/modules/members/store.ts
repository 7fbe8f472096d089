import type { ManagementRole } from '@microapp/contract';
import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type SystemTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

/** The checks of the table know the roles; the generated types do not. */
export type MemberRow = Omit<Selectable<DB['members']>, 'role'> & { role: ManagementRole };

export async function insertMember(tx: OwnerTx, member: Insertable<DB['members']>): Promise<MemberRow> {
  const row = await tx.insertInto('members').values(member).returningAll().executeTakeFirstOrThrow();
  return row as MemberRow; // by the check of its column
}

/** The page's rows and one more, newest first, without those who were removed. */
export async function selectMembers(tx: OwnerTx, page: Page): Promise<MemberRow[]> {
  const rows = await tx
    .selectFrom('members')
    .selectAll()
    .where('removed_at', 'is', null)
    .where(olderThan(page.after, { at: 'created_at', id: 'id' }))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return rows as MemberRow[]; // by the check of its column
}

/** Locked until the transaction ends; one who was removed, too. */
export async function lockMember(tx: OwnerTx, id: string): Promise<MemberRow | undefined> {
  const row = await tx.selectFrom('members').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row as MemberRow | undefined; // by the check of its column
}

export async function updateMember(tx: OwnerTx, id: string, change: Updateable<DB['members']>): Promise<MemberRow> {
  const row = await tx.updateTable('members').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
  return row as MemberRow; // by the check of its column
}

/** Whose link this is, by its hash. Identifiers only: the member is behind the owner's wall. */
export async function lookUpLink(tx: SystemTx, hash: Buffer): Promise<{ id: string; ownerId: string } | undefined> {
  const { rows } = await sql<{ id: string; ownerId: string }>`
    select id, owner_id as "ownerId" from lookup.member_link(${hash})`.execute(tx);
  return rows[0];
}

/**
 * Takes the link away and answers with its member, if it may be used at `now`: one statement, so that of two who open it
 * at one time only one gets in.
 */
export async function takeLink(tx: OwnerTx, hash: Buffer, now: Date): Promise<MemberRow | undefined> {
  const row = await tx
    .updateTable('members')
    .set({ link_hash: null, link_expires_at: null, joined_at: sql<Date>`coalesce(joined_at, ${now})` })
    .where('link_hash', '=', hash)
    .where('link_expires_at', '>', now)
    .where('status', '=', 'active')
    .where('removed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row as MemberRow | undefined; // by the check of its column
}
