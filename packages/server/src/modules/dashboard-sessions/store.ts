import type { ManagementRole } from '@microapp/contract';
import type { Insertable } from 'kysely';
import { olderThan, type DB, type OwnerTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export async function insertSession(tx: OwnerTx, session: Insertable<DB['dashboard_sessions']>): Promise<void> {
  await tx.insertInto('dashboard_sessions').values(session).execute();
}

/** Forgets sessions that were over before `moment`. */
export async function deleteSessionsBefore(tx: OwnerTx, moment: Date): Promise<void> {
  await tx.deleteFrom('dashboard_sessions').where('expires_at', '<', moment).execute();
}

/** Whom a session stands for, as they stand now. */
type Holder =
  | { kind: 'owner_key'; id: string; isRevoked: boolean; isRotated: boolean; version: number }
  | { kind: 'member'; id: string; isActive: boolean; role: ManagementRole; name: string; email: string | null }
  | { kind: 'oidc_user'; subject: string; role: ManagementRole; name: string; email: string | null };

export type DashboardSessionRecord = {
  id: string;
  ownerId: string;
  ownerName: string;
  ownerActive: boolean;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  holder: Holder;
};

function sessionsWithHolders(tx: OwnerTx) {
  return tx
    .selectFrom('dashboard_sessions as session')
    .innerJoin('owners as owner', 'owner.id', 'session.owner_id')
    .leftJoin('owner_keys as key', 'key.id', 'session.owner_key_id')
    .leftJoin('members as member', 'member.id', 'session.member_id')
    .select([
      'session.id',
      'session.owner_id',
      'session.kind',
      'session.owner_key_id',
      'session.owner_key_version',
      'session.member_id',
      'session.subject',
      'session.person_name',
      'session.person_email',
      'session.role',
      'session.user_agent',
      'session.created_at',
      'session.last_used_at',
      'session.expires_at',
      'session.ended_at',
      'owner.name as owner_name',
      'owner.status as owner_status',
      'key.version as key_version',
      'key.revoked_at as key_revoked_at',
      'member.name as member_name',
      'member.email as member_email',
      'member.role as member_role',
      'member.status as member_status',
      'member.removed_at as member_removed_at',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof sessionsWithHolders>['executeTakeFirstOrThrow']>>;

/** What verification needs of a session, its owner, and whom it stands for. */
export async function readDashboardSessionRecord(tx: OwnerTx, id: string): Promise<DashboardSessionRecord | undefined> {
  const row = await sessionsWithHolders(tx).where('session.id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

/** Sessions by what they stand for; none of it: every one of the owner. */
export type SessionsOf = { ownerKeyId: string } | { memberId: string } | { subject: string } | 'owner';

const holderColumn = { ownerKeyId: 'owner_key_id', memberId: 'member_id', subject: 'subject' } as const;

function holderOf(whose: Exclude<SessionsOf, 'owner'>) {
  if ('ownerKeyId' in whose) return { column: holderColumn.ownerKeyId, id: whose.ownerKeyId };
  if ('memberId' in whose) return { column: holderColumn.memberId, id: whose.memberId };
  return { column: holderColumn.subject, id: whose.subject };
}

/** The page's records and one more, newest first, of sessions that have not come to their end by `now`. */
export async function selectSessions(
  tx: OwnerTx,
  page: Page,
  { whose, now }: { whose: SessionsOf; now: Date },
): Promise<DashboardSessionRecord[]> {
  let query = sessionsWithHolders(tx)
    .where('session.ended_at', 'is', null)
    .where('session.expires_at', '>', now)
    .where(olderThan(page.after, { at: 'session.created_at', id: 'session.id' }))
    .orderBy('session.created_at', 'desc')
    .orderBy('session.id', 'desc')
    .limit(page.limit + 1);
  if (whose !== 'owner') {
    const { column, id } = holderOf(whose);
    query = query.where(`session.${column}`, '=', id);
  }
  return (await query.execute()).map(recordOf);
}

/** Ends one of these sessions for good. `absent`: there is none by that id, or it is another's. */
export async function endSession(
  tx: OwnerTx,
  id: string,
  { whose, at }: { whose: SessionsOf; at: Date },
): Promise<'ended' | 'was' | 'absent'> {
  let known = tx.selectFrom('dashboard_sessions').select('ended_at').where('id', '=', id).forUpdate();
  if (whose !== 'owner') {
    const holder = holderOf(whose);
    known = known.where(holder.column, '=', holder.id);
  }
  const row = await known.executeTakeFirst();
  if (row === undefined) return 'absent';
  if (row.ended_at !== null) return 'was';
  await tx.updateTable('dashboard_sessions').set({ ended_at: at }).where('id', '=', id).execute();
  return 'ended';
}

/** Ends all sessions of one holder for good, and answers with how many there were. */
export async function endSessions(
  tx: OwnerTx,
  { whose, at }: { whose: Exclude<SessionsOf, 'owner'>; at: Date },
): Promise<number> {
  const { column, id } = holderOf(whose);
  const ended = await tx
    .updateTable('dashboard_sessions')
    .set({ ended_at: at })
    .where(column, '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return ended.length;
}

function recordOf(row: Row): DashboardSessionRecord {
  return {
    id: row.id,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    ownerActive: row.owner_status === 'active',
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    holder: holderNow(row),
  };
}

/** Columns that the table's checks promise for each kind are told to the compiler here, in one place. */
function holderNow(row: Row): Holder {
  switch (row.kind) {
    case 'owner_key':
      return {
        kind: 'owner_key',
        id: row.owner_key_id ?? '',
        version: row.owner_key_version ?? 0,
        isRevoked: row.key_revoked_at !== null,
        isRotated: row.key_version !== row.owner_key_version,
      };
    case 'member':
      return {
        kind: 'member',
        id: row.member_id ?? '',
        isActive: row.member_status === 'active' && row.member_removed_at === null,
        role: row.member_role as ManagementRole, // by the check of its column
        name: row.member_name ?? '',
        email: row.member_email,
      };
    default:
      return {
        kind: 'oidc_user',
        subject: row.subject ?? '',
        role: row.role as ManagementRole, // by the check of its column
        name: row.person_name ?? '',
        email: row.person_email,
      };
  }
}
