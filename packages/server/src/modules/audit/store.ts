import type { Insertable, Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type SystemTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type AuditRow = Selectable<DB['audit_log']>;

export async function insertAuditEntry(tx: OwnerTx | SystemTx, entry: Insertable<DB['audit_log']>): Promise<void> {
  await tx.insertInto('audit_log').values(entry).execute();
}

/** The page's rows and one more, newest first. */
export async function selectAuditEntries(
  tx: OwnerTx,
  page: Page,
  filter: { workspaceId: string | undefined },
): Promise<AuditRow[]> {
  let query = tx
    .selectFrom('audit_log')
    .selectAll()
    .where(olderThan(page.after, { at: 'at', id: 'id' }))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.workspaceId !== undefined) query = query.where('workspace_id', '=', filter.workspaceId);
  return query.execute();
}
