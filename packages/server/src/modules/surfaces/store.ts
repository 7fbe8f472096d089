import {
  sightingsOfOutcomeMax,
  type Environment,
  type LogoScheme,
  type LogoType,
  type Permission,
  type SurfaceLimits,
} from '@microapp/contract';
import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { Static } from 'typebox';
import { olderThan, type DB, type OwnerTx, type SystemTx, type WorkspaceTx } from '../../platform/db/index.ts';
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

/** What a surface's row says of a logo; its bytes lie apart, and are read by nobody who only wants to know the surface. */
export type KeptLogo = { file: string; mediaType: LogoType; width: number; height: number };

export type KeptLogos = Partial<Record<LogoScheme, KeptLogo>>;

export function logosOf({ logos }: Pick<SurfaceRow, 'logos'>): KeptLogos {
  return logos as KeptLogos; // written by set-logo.ts and nobody else
}

/** Keeps the bytes in the place of what the surface had for that scheme. What its row says of them is the caller's to change. */
export async function replaceLogo(tx: OwnerTx, row: Insertable<DB['surface_logos']>): Promise<void> {
  const { file, media_type, bytes } = row;
  await tx
    .insertInto('surface_logos')
    .values(row)
    .onConflict((conflict) => conflict.columns(['surface_id', 'scheme']).doUpdateSet({ file, media_type, bytes }))
    .execute();
}

/** Without a scheme: all that the surface has. */
export async function deleteLogos(tx: OwnerTx, surfaceId: string, scheme?: LogoScheme): Promise<void> {
  let query = tx.deleteFrom('surface_logos').where('surface_id', '=', surfaceId);
  if (scheme !== undefined) query = query.where('scheme', '=', scheme);
  await query.execute();
}

export async function findLogo(
  tx: WorkspaceTx,
  { surfaceId, file }: { surfaceId: string; file: string },
): Promise<Pick<Selectable<DB['surface_logos']>, 'media_type' | 'bytes'> | undefined> {
  return tx
    .selectFrom('surface_logos')
    .select(['media_type', 'bytes'])
    .where('surface_id', '=', surfaceId)
    .where('file', '=', file)
    .limit(1)
    .executeTakeFirst();
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

export type SightingRow = Selectable<DB['surface_sightings']>;

/** The pages that a surface was asked for from, the latest first. */
export async function selectSightings(tx: OwnerTx, surfaceId: string): Promise<SightingRow[]> {
  return tx
    .selectFrom('surface_sightings')
    .selectAll()
    .where('surface_id', '=', surfaceId)
    .orderBy('last_seen_at', 'desc')
    .orderBy('origin')
    .limit(2 * sightingsOfOutcomeMax)
    .execute();
}

/**
 * Adds to what is known of surfaces' pages, then forgets the oldest of what is more than the maximum. Each outcome has
 * its own: whoever invents origins, which are refused, pushes out no page of the customer's.
 */
export async function recordSightings(tx: SystemTx, seen: readonly SightingRow[]): Promise<void> {
  const column = <Name extends keyof SightingRow>(name: Name) => seen.map((row) => row[name]);
  await sql`
    insert into surface_sightings as known
      (owner_id, workspace_id, surface_id, origin, first_seen_at, last_seen_at, outcome)
    select * from unnest(
      ${column('owner_id')}::text[], ${column('workspace_id')}::text[], ${column('surface_id')}::text[],
      ${column('origin')}::text[], ${seen.map((row) => row.first_seen_at.toISOString())}::timestamptz[],
      ${seen.map((row) => row.last_seen_at.toISOString())}::timestamptz[], ${column('outcome')}::text[])
    on conflict (surface_id, origin) do update set
      first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
      outcome = case when excluded.last_seen_at >= known.last_seen_at then excluded.outcome else known.outcome end`.execute(
    tx,
  );
  await sql`
    delete from surface_sightings as seen
    using (
      select surface_id, origin, row_number() over (
        partition by surface_id, outcome order by last_seen_at desc, origin) as place
      from surface_sightings
      where surface_id = any(${[...new Set(column('surface_id'))]}::text[])
    ) as ranked
    where ranked.place > ${sightingsOfOutcomeMax}
      and seen.surface_id = ranked.surface_id and seen.origin = ranked.origin`.execute(tx);
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
  logos: KeptLogos;
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
      'surface.logos',
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
    logos: logosOf(row),
    mintsPerMinute: (row.limits as Static<typeof SurfaceLimits>).mintsPerMinute, // checked by the schema when saved
    isActive: row.is_active && row.deleted_at === null,
    expiresAt: null,
    ...standingOf(row),
    features: row.features as Permission[], // checked by the schema when saved
  };
}
