import type { Environment, Permission, SurfaceLimits } from '@microapp/contract';
import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Static } from 'typebox';
import { olderThan, type DB, type OwnerTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';
import { standingOf, type TenantStanding } from '../workspaces/index.ts';

export type SurfaceRow = Selectable<DB['surfaces']>;
export type ClientTokenRow = Selectable<DB['client_tokens']>;
export type SurfaceWithToken = SurfaceRow & {
  client_token: string;
  client_token_id: string;
  seen_in_url_at: Date | null;
};

export async function insertSurface(tx: OwnerTx, row: Insertable<DB['surfaces']>): Promise<SurfaceRow> {
  return tx.insertInto('surfaces').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function insertClientToken(tx: OwnerTx, row: Insertable<DB['client_tokens']>): Promise<ClientTokenRow> {
  return tx.insertInto('client_tokens').values(row).returningAll().executeTakeFirstOrThrow();
}

function surfacesWithToken(tx: OwnerTx) {
  return tx
    .selectFrom('surfaces')
    .innerJoin('client_tokens', (join) =>
      join.onRef('client_tokens.surface_id', '=', 'surfaces.id').on('client_tokens.is_active', '=', true),
    )
    .selectAll('surfaces')
    .select([
      'client_tokens.token as client_token',
      'client_tokens.id as client_token_id',
      'client_tokens.seen_in_url_at',
    ])
    .where('surfaces.deleted_at', 'is', null);
}

/** The page's rows and one more, newest first. */
export async function selectSurfaces(
  tx: OwnerTx,
  page: Page,
  filter: { workspaceId: string | undefined },
): Promise<SurfaceWithToken[]> {
  let query = surfacesWithToken(tx)
    .where(olderThan(page.after, { at: 'surfaces.created_at', id: 'surfaces.id' }))
    .orderBy('surfaces.created_at', 'desc')
    .orderBy('surfaces.id', 'desc')
    .limit(page.limit + 1);
  if (filter.workspaceId !== undefined) query = query.where('surfaces.workspace_id', '=', filter.workspaceId);
  return query.execute();
}

export async function findSurface(tx: OwnerTx, id: string): Promise<SurfaceWithToken | undefined> {
  return surfacesWithToken(tx).where('surfaces.id', '=', id).executeTakeFirst();
}

/** The surface, locked until the transaction ends. A deleted one counts as unknown unless asked for. */
export async function lockSurface(tx: OwnerTx, id: string): Promise<SurfaceRow | undefined> {
  return tx.selectFrom('surfaces').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function updateSurface(tx: OwnerTx, id: string, change: Updateable<DB['surfaces']>): Promise<void> {
  await tx.updateTable('surfaces').set(change).where('id', '=', id).execute();
}

/** Takes the surface's client token back: one row, set to inactive. */
export async function deactivateClientToken(tx: OwnerTx, surfaceId: string): Promise<void> {
  await tx
    .updateTable('client_tokens')
    .set({ is_active: false })
    .where('surface_id', '=', surfaceId)
    .where('is_active', '=', true)
    .execute();
}

/** What verification needs of a client token, its surface, workspace and owner. */
export type ClientTokenRecord = {
  class: 'client_token';
  id: string;
  version: number;
  ownerId: string;
  workspaceId: string;
  surfaceId: string;
  surfaceName: string;
  apps: readonly string[];
  permissions: readonly Permission[];
  allowedOrigins: readonly string[];
  environment: Environment;
  use: 'widget';
  theme: Record<string, string>;
  texts: Record<string, string>;
  /** How many tickets a minute; undefined: as many as by default. */
  mintsPerMinute: number | undefined;
  isActive: boolean;
  expiresAt: null;
  features: readonly Permission[];
} & TenantStanding;

export async function readClientTokenRecord(tx: WorkspaceTx, id: string): Promise<ClientTokenRecord | undefined> {
  const row = await tx
    .selectFrom('client_tokens as token')
    .innerJoin('surfaces as surface', 'surface.id', 'token.surface_id')
    .innerJoin('workspaces as workspace', 'workspace.id', 'token.workspace_id')
    .innerJoin('owners as owner', 'owner.id', 'token.owner_id')
    .select([
      'token.id',
      'token.version',
      'token.owner_id',
      'token.workspace_id',
      'token.surface_id',
      'token.is_active',
      'surface.name',
      'surface.apps',
      'surface.permissions',
      'surface.allowed_origins',
      'surface.environment',
      'surface.theme',
      'surface.texts',
      'surface.limits',
      'surface.deleted_at',
      'workspace.status as workspace_status',
      'workspace.deleted_at as workspace_deleted_at',
      'workspace.features',
      'owner.status as owner_status',
    ])
    .where('token.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    class: 'client_token',
    id: row.id,
    version: row.version,
    ownerId: row.owner_id,
    workspaceId: row.workspace_id,
    surfaceId: row.surface_id,
    surfaceName: row.name,
    apps: row.apps,
    permissions: row.permissions as Permission[], // checked by the schema when saved
    allowedOrigins: row.allowed_origins,
    environment: row.environment as Environment, // the table's own check
    use: 'widget',
    theme: row.theme as Record<string, string>, // checked by the schema when saved
    texts: row.texts as Record<string, string>, // checked by the schema when saved
    mintsPerMinute: (row.limits as Static<typeof SurfaceLimits>).mintsPerMinute, // checked by the schema when saved
    isActive: row.is_active && row.deleted_at === null,
    expiresAt: null,
    ...standingOf(row),
    features: row.features as Permission[], // checked by the schema when saved
  };
}
