import type { Insertable, Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type SystemTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type AuditRow = Selectable<DB['audit_log']>;

export async function insertAuditEntry(tx: OwnerTx | SystemTx, entry: Insertable<DB['audit_log']>): Promise<void> {
  await tx.insertInto('audit_log').values(entry).execute();
}

export type AuditFilter = {
  workspaceId?: string | undefined;
  event?: string | undefined;
  actorId?: string | undefined;
  targetId?: string | undefined;
  requestId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** Which column each plain filter compares. */
const columnOf = {
  workspaceId: 'workspace_id',
  event: 'event',
  actorId: 'actor_id',
  targetId: 'target_id',
  requestId: 'request_id',
} as const;

/** The page's rows and one more, newest first; not yet asked. */
export function auditQuery(tx: OwnerTx, page: Page, filter: AuditFilter) {
  let query = tx
    .selectFrom('audit_log')
    .selectAll()
    .where(olderThan(page.after, { at: 'at', id: 'id' }))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  for (const name of Object.keys(columnOf) as (keyof typeof columnOf)[]) {
    const wanted = filter[name];
    if (wanted !== undefined) query = query.where(columnOf[name], '=', wanted);
  }
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('at', '<', filter.to);
  return query;
}

export async function selectAuditEntries(tx: OwnerTx, page: Page, filter: AuditFilter): Promise<AuditRow[]> {
  return auditQuery(tx, page, filter).execute();
}
