import { roleAllows, type LogoScheme, type Permission } from '@microapp/contract';
import { sql, type Insertable } from 'kysely';
import type { DB, OwnerTx, SystemTx, WorkspaceTx } from '../../platform/db/index.ts';
import type { Shown } from '../../platform/http/index.ts';
import { readDashboardSessionRecord } from '../dashboard-sessions/index.ts';
import { readOwnerKeyRecord } from '../owner-keys/index.ts';
import { standingOf, type TenantStanding } from '../workspaces/index.ts';

export async function insertPreview(tx: WorkspaceTx, row: Insertable<DB['previews']>): Promise<void> {
  await tx.insertInto('previews').values(row).execute();
}

export async function deleteExpiredPreviews(tx: SystemTx, now: Date): Promise<void> {
  await tx.deleteFrom('previews').where('expires_at', '<=', now).execute();
}

/** The spec that a preview was made with and that nobody has saved; undefined for other previews. */
export async function readPreviewSpec(tx: WorkspaceTx, id: string): Promise<unknown> {
  const row = await tx.selectFrom('previews').select('spec').where('id', '=', id).executeTakeFirst();
  return row?.spec ?? undefined;
}

/** What verification needs of a preview, whoever made it, its surface, workspace and owner. */
export type PreviewRecord = {
  class: 'preview';
  id: string;
  /** A preview never changes. */
  version: 1;
  ownerId: string;
  workspaceId: string;
  surfaceId: string | undefined;
  surfaceName: string | undefined;
  apps: readonly string[];
  permissions: readonly Permission[];
  allowedOrigins: readonly string[];
  environment: 'development';
  use: 'widget';
  theme: Record<string, string>;
  texts: Record<string, string>;
  logos: Partial<Record<LogoScheme, { file: string }>>;
  shows: Shown;
  /** What else a change of ends it, as the changes are named: the key that it was made with, for instance. */
  restsOn: readonly string[];
  isActive: boolean;
  expiresAt: Date;
  features: readonly Permission[];
} & TenantStanding;

export async function readPreviewRecord(tx: OwnerTx, id: string): Promise<PreviewRecord | undefined> {
  const row = await tx
    .selectFrom('previews as preview')
    .innerJoin('workspaces as workspace', 'workspace.id', 'preview.workspace_id')
    .innerJoin('owners as owner', 'owner.id', 'preview.owner_id')
    .leftJoin('surfaces as surface', 'surface.id', 'preview.surface_id')
    .select([
      'preview.id',
      'preview.owner_id',
      'preview.workspace_id',
      'preview.surface_id',
      'preview.apps',
      'preview.permissions',
      'preview.shows',
      'preview.app_version',
      sql<boolean>`preview.spec is not null`.as('has_spec'),
      'preview.origin',
      'preview.made_by_class',
      'preview.made_by_id',
      'preview.made_by_version',
      'preview.dashboard_session_id',
      'preview.expires_at',
      'surface.name as surface_name',
      'surface.theme',
      'surface.texts',
      'surface.logos',
      'surface.deleted_at as surface_deleted_at',
      'workspace.status as workspace_status',
      'workspace.deleted_at as workspace_deleted_at',
      'workspace.features',
      'owner.status as owner_status',
    ])
    .where('preview.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const maker = await readMaker(tx, row);
  return {
    class: 'preview',
    id: row.id,
    version: 1,
    ownerId: row.owner_id,
    workspaceId: row.workspace_id,
    surfaceId: row.surface_id ?? undefined,
    surfaceName: row.surface_name ?? undefined,
    apps: row.apps,
    permissions: row.permissions as Permission[], // of the app's kind, or checked when the surface was saved
    allowedOrigins: [row.origin],
    environment: 'development',
    use: 'widget',
    theme: (row.theme ?? {}) as Record<string, string>, // checked by the schema when saved
    texts: (row.texts ?? {}) as Record<string, string>, // checked by the schema when saved
    logos: (row.logos ?? {}) as PreviewRecord['logos'], // written by setLogo and nobody else
    shows: shownOf(row),
    restsOn: maker.restsOn,
    isActive: maker.mayManage && row.surface_deleted_at === null,
    // Not longer than the sign-in that it was made in.
    expiresAt: maker.endsAt !== undefined && maker.endsAt < row.expires_at ? maker.endsAt : row.expires_at,
    ...standingOf(row),
    features: row.features as Permission[], // checked by the schema when saved
  };
}

type ShownColumns = { id: string; shows: string; app_version: number | null; has_spec: boolean };

function shownOf({ id, shows, app_version, has_spec }: ShownColumns): Shown {
  if (has_spec) return { specOfPreview: id };
  if (app_version !== null) return { version: app_version };
  return shows === 'draft' ? 'draft' : 'live'; // the table's own check
}

type Maker = { mayManage: boolean; restsOn: string[]; endsAt?: Date };
type MadeBy = {
  made_by_class: string;
  made_by_id: string;
  made_by_version: number | null;
  dashboard_session_id: string | null;
};

/** Whether whoever made the preview could make it now, and the changes that would tell. */
async function readMaker(tx: OwnerTx, row: MadeBy): Promise<Maker> {
  if (row.dashboard_session_id !== null) return readMakerInDashboard(tx, row.dashboard_session_id);
  // Of an access token nothing is kept that could be asked again: the preview is over in minutes, as the token is.
  if (row.made_by_class !== 'owner_key') return { mayManage: true, restsOn: [] };
  const key = await readOwnerKeyRecord(tx, row.made_by_id);
  const mayManage = key !== undefined && key.revokedAt === null && key.version === row.made_by_version;
  return { mayManage, restsOn: [`owner_key:${row.made_by_id}`] };
}

async function readMakerInDashboard(tx: OwnerTx, sessionId: string): Promise<Maker> {
  const session = await readDashboardSessionRecord(tx, sessionId);
  if (session === undefined) return { mayManage: false, restsOn: [] };
  const own = [`dashboard_session:${sessionId}`];
  const { holder } = session;
  const isOpen = session.endedAt === null;
  const endsAt = session.expiresAt;
  switch (holder.kind) {
    case 'owner_key':
      return {
        mayManage: isOpen && !holder.isRevoked && !holder.isRotated,
        restsOn: [...own, `owner_key:${holder.id}`],
        endsAt,
      };
    case 'member': {
      const mayManage = isOpen && holder.isActive && roleAllows(holder.role, 'developer');
      return { mayManage, restsOn: [...own, `member:${holder.id}`], endsAt };
    }
    case 'oidc_user':
      return { mayManage: isOpen, restsOn: own, endsAt };
  }
}
