import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type WorkspaceRow = Selectable<DB['workspaces']>;

export async function insertWorkspace(tx: OwnerTx, row: Insertable<DB['workspaces']>): Promise<WorkspaceRow> {
  return tx.insertInto('workspaces').values(row).returningAll().executeTakeFirstOrThrow();
}

export type WorkspaceFilter = { status?: string; search?: string };

/**
 * The page's rows and one more, newest first; not yet asked. `search` is a part of the name, in whatever case, or an id:
 * for it the owner's customers are gone through in that order until the page is full. Behind the policy no index can find
 * a part of a text, because nothing that searches in one is leakproof; 100,000 names take 55 ms (docs/benchmarks.md).
 */
export function workspacesQuery(tx: OwnerTx, page: Page, { status, search }: WorkspaceFilter) {
  return tx
    .selectFrom('workspaces')
    .selectAll()
    .where('deleted_at', 'is', null)
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? ''))
    .$if(search !== undefined, (query) =>
      query.where(
        sql<boolean>`(id = ${search ?? ''} or strpos(lower(name), lower(${search ?? ''})) > 0)`, // not `like`: a name may hold its wildcards
      ),
    )
    .where(olderThan(page.after, { at: 'created_at', id: 'id' }))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
}

export async function selectWorkspaces(tx: OwnerTx, page: Page, filter: WorkspaceFilter): Promise<WorkspaceRow[]> {
  return workspacesQuery(tx, page, filter).execute();
}

export async function findWorkspace(tx: OwnerTx, id: string): Promise<WorkspaceRow | undefined> {
  return tx
    .selectFrom('workspaces')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The workspace, kept from changing until the transaction ends. */
export async function lockWorkspace(tx: OwnerTx, id: string): Promise<WorkspaceRow | undefined> {
  return tx
    .selectFrom('workspaces')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateWorkspace(
  tx: OwnerTx,
  id: string,
  change: Updateable<DB['workspaces']>,
): Promise<WorkspaceRow | undefined> {
  return tx
    .updateTable('workspaces')
    .set(change)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** The workspace as it is then, if there is one. */
export async function markTokensReviewed(tx: OwnerTx, id: string, at: Date): Promise<WorkspaceRow | undefined> {
  return tx
    .updateTable('workspaces')
    .set({ embed_tokens_reviewed_at: at })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Whether there was one, deleted or not: deleting may be repeated. */
export async function markWorkspaceDeleted(tx: OwnerTx, id: string, at: Date): Promise<'deleted' | 'was' | 'unknown'> {
  const row = await tx
    .updateTable('workspaces')
    .set({ deleted_at: at, updated_at: at })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (row !== undefined) return 'deleted';
  const known = await tx.selectFrom('workspaces').select('id').where('id', '=', id).executeTakeFirst();
  return known === undefined ? 'unknown' : 'was';
}

/**
 * The owner's own workspace, which is its first, and the owner's status. It stays the first when it is deleted: the next
 * one is a customer's.
 */
export async function findFirstWorkspace(
  tx: OwnerTx,
  ownerId: string,
): Promise<(WorkspaceRow & { owner_status: string }) | undefined> {
  return tx
    .selectFrom('workspaces as workspace')
    .innerJoin('owners as owner', 'owner.id', 'workspace.owner_id')
    .selectAll('workspace')
    .select('owner.status as owner_status')
    .where('workspace.owner_id', '=', ownerId)
    .orderBy('workspace.created_at')
    .orderBy('workspace.id')
    .limit(1)
    .executeTakeFirst();
}

/** What a workspace's own tools may know of it. */
export type WorkspaceFacts = { id: string; name: string; attributes: Record<string, unknown> };

export async function readWorkspaceFacts(tx: WorkspaceTx, id: string): Promise<WorkspaceFacts | undefined> {
  const row = await tx
    .selectFrom('workspaces')
    .select(['id', 'name', 'attributes'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { ...row, attributes: row.attributes as Record<string, unknown> }; // checked by the schema when saved
}
