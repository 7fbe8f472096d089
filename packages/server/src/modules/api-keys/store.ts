import type { Permission } from '@microapp/contract';
import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { DB, OwnerTx } from '../../platform/db/index.ts';
import { standingOf, type TenantStanding } from '../workspaces/index.ts';

export type ApiKeyRow = Selectable<DB['api_keys']>;

/** A list of keys is a bare array, without pages: beyond this many the oldest are left out. */
const listedMax = 1000;

export async function insertApiKey(tx: OwnerTx, row: Insertable<DB['api_keys']>): Promise<ApiKeyRow> {
  return tx.insertInto('api_keys').values(row).returningAll().executeTakeFirstOrThrow();
}

/** The owner's keys, revoked ones included, newest first. */
export async function selectApiKeys(tx: OwnerTx): Promise<ApiKeyRow[]> {
  return tx
    .selectFrom('api_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(listedMax)
    .execute();
}

export async function findApiKey(tx: OwnerTx, id: string): Promise<ApiKeyRow | undefined> {
  return tx.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Undefined when there is no such key or it is revoked: one conditional update, so that no race can revive it. */
export async function updateApiKey(
  tx: OwnerTx,
  id: string,
  change: Updateable<DB['api_keys']>,
): Promise<ApiKeyRow | undefined> {
  return tx
    .updateTable('api_keys')
    .set({ ...change, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** What verification needs of the tenant behind a key. */
export type ApiKeyStanding = {
  ownerActive: boolean;
  /** The workspace that the key is bound to, or else its owner's first one; undefined when the owner has none. */
  home: ({ id: string; features: readonly Permission[] } & TenantStanding) | undefined;
};

/** A key's row with the standing of its owner and of the workspace that it works in. */
export async function readApiKeyRow(
  tx: OwnerTx,
  id: string,
): Promise<{ row: ApiKeyRow; standing: ApiKeyStanding } | undefined> {
  const found = await tx
    .selectFrom('api_keys as key')
    .innerJoin('owners as owner', 'owner.id', 'key.owner_id')
    // The first workspace is the owner's own. It stays the first when it is deleted: the next one is a customer's.
    .leftJoin('workspaces as workspace', (join) =>
      join.on((on) =>
        on(
          'workspace.id',
          '=',
          on.fn.coalesce(
            'key.workspace_id',
            on
              .selectFrom('workspaces as first')
              .select('first.id')
              .whereRef('first.owner_id', '=', 'key.owner_id')
              .orderBy('first.created_at')
              .orderBy('first.id')
              .limit(1),
          ),
        ),
      ),
    )
    .selectAll('key')
    .select([
      'owner.status as owner_status',
      'workspace.id as home_id',
      'workspace.status as home_status',
      'workspace.deleted_at as home_deleted_at',
      'workspace.features as home_features',
    ])
    .where('key.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { owner_status, home_id, home_status, home_deleted_at, home_features, ...row } = found;
  const ownerActive = owner_status === 'active';
  if (home_id === null || home_status === null) return { row, standing: { ownerActive, home: undefined } };
  const home = {
    id: home_id,
    features: (home_features ?? []) as Permission[], // checked by the schema when saved
    ...standingOf({ owner_status, workspace_status: home_status, workspace_deleted_at: home_deleted_at }),
  };
  return { row, standing: { ownerActive, home } };
}
