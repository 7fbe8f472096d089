import type { AppKind } from '@microapp/contract';
import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type AppRow = Selectable<DB['apps']>;

export async function insertApp(tx: OwnerTx, row: Insertable<DB['apps']>): Promise<AppRow> {
  return tx.insertInto('apps').values(row).returningAll().executeTakeFirstOrThrow();
}

export type AppFilter = { kind?: AppKind; status?: 'draft' | 'live'; search?: string };

/** The page's rows and one more, newest first. `search` is a part of the name or of the slug, in whatever case. */
export async function selectApps(tx: OwnerTx, page: Page, { kind, status, search }: AppFilter): Promise<AppRow[]> {
  return tx
    .selectFrom('apps')
    .selectAll()
    .where('deleted_at', 'is', null)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? ''))
    .$if(search !== undefined, (query) =>
      query.where((eb) => {
        // Not `like`, whose wildcards a name may hold.
        const holds = (column: 'name' | 'slug') =>
          eb(eb.fn('strpos', [eb.fn('lower', [eb.ref(column)]), eb.fn('lower', [eb.val(search ?? '')])]), '>', 0);
        return eb.or([holds('name'), holds('slug')]);
      }),
    )
    .where(olderThan(page.after, { at: 'created_at', id: 'id' }))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

/** Who embeds an app: identifiers and names of other nouns, which their own modules, above this one, do not answer by app. */
export type UseRow = { id: string; name: string; workspaceId: string; workspaceName: string; count: number };

/** The newest of the surfaces that show the app, and how many there are. */
export async function selectSurfacesWith(tx: OwnerTx, slug: string, limit: number): Promise<UseRow[]> {
  const rows = await tx
    .selectFrom('surfaces as used')
    .innerJoin('workspaces as workspace', 'workspace.id', 'used.workspace_id')
    .select(['used.id', 'used.name', 'workspace.id as workspaceId', 'workspace.name as workspaceName'])
    .select(sql<number | string>`count(*) over ()`.as('count'))
    .where(sql<boolean>`${slug} = any(used.apps)`)
    .where('used.deleted_at', 'is', null)
    .where('workspace.deleted_at', 'is', null)
    .orderBy('used.created_at', 'desc')
    .orderBy('used.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** The newest of the embed tokens that may run the app at `now`, and how many there are. */
export async function selectEmbedTokensWith(
  tx: OwnerTx,
  slug: string,
  { now, limit }: { now: Date; limit: number },
): Promise<UseRow[]> {
  const rows = await tx
    .selectFrom('embed_tokens as used')
    .innerJoin('workspaces as workspace', 'workspace.id', 'used.workspace_id')
    .select(['used.id', 'used.label as name', 'workspace.id as workspaceId', 'workspace.name as workspaceName'])
    .select(sql<number | string>`count(*) over ()`.as('count'))
    .where(sql<boolean>`${slug} = any(used.apps)`)
    .where('used.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('used.expires_at', 'is', null), eb('used.expires_at', '>', now)]))
    .where('workspace.deleted_at', 'is', null)
    .orderBy('used.created_at', 'desc')
    .orderBy('used.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, name: row.name ?? '', count: Number(row.count) }));
}

/** Which of these apps have a draft that is another than their live version. */
export async function selectChangedDrafts(tx: OwnerTx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .selectFrom('apps')
    .innerJoin('app_versions', (join) =>
      join.onRef('app_versions.app_id', '=', 'apps.id').onRef('app_versions.version', '=', 'apps.live_version'),
    )
    .select('apps.id')
    .where('apps.id', 'in', [...ids])
    // As text: a form is drawn in the order of its fields, so that another order is a change.
    .where(sql<boolean>`apps.draft_spec::text <> app_versions.spec::text`)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

export async function findApp(tx: OwnerTx, slug: string): Promise<AppRow | undefined> {
  return tx.selectFrom('apps').selectAll().where('slug', '=', slug).where('deleted_at', 'is', null).executeTakeFirst();
}

/** The app, locked until the transaction ends. */
export async function lockApp(tx: OwnerTx, slug: string): Promise<AppRow | undefined> {
  return tx
    .selectFrom('apps')
    .selectAll()
    .where('slug', '=', slug)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateApp(tx: OwnerTx, id: string, change: Updateable<DB['apps']>): Promise<AppRow> {
  return tx.updateTable('apps').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

export async function insertVersion(tx: OwnerTx, row: Insertable<DB['app_versions']>): Promise<void> {
  await tx.insertInto('app_versions').values(row).execute();
}

export async function latestVersion(tx: OwnerTx, appId: string): Promise<number> {
  const row = await tx
    .selectFrom('app_versions')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('app_id', '=', appId)
    .executeTakeFirst();
  return row?.version ?? 0;
}

export type VersionRow = Selectable<DB['app_versions']>;

export async function findVersion(tx: OwnerTx, appId: string, version: number): Promise<VersionRow | undefined> {
  return versionOf(tx, appId, version).selectAll().executeTakeFirst();
}

/** Without reading the version's spec, which may be long. */
export async function hasVersion(tx: OwnerTx, appId: string, version: number): Promise<boolean> {
  return (await versionOf(tx, appId, version).select('version').executeTakeFirst()) !== undefined;
}

function versionOf(tx: OwnerTx, appId: string, version: number) {
  return tx.selectFrom('app_versions').where('app_id', '=', appId).where('version', '=', version);
}

/** The page's versions without their specs and one more, newest first. */
export async function selectVersions(tx: OwnerTx, appId: string, page: Page): Promise<Omit<VersionRow, 'spec'>[]> {
  let query = tx
    .selectFrom('app_versions')
    .select(['owner_id', 'app_id', 'version', 'published_at'])
    .where('app_id', '=', appId)
    .orderBy('version', 'desc')
    .limit(page.limit + 1);
  // By number alone: numbers rise as time does, and are unique. A cursor may hold one that no version can have.
  if (page.after !== undefined) query = query.where('version', '<', sql<number>`${page.after.id}::bigint`);
  return query.execute();
}

/** Holds further tools of the owner from going live until the transaction ends, whatever app each of them is about. */
export async function lockLiveTools(tx: OwnerTx, ownerId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`live-tools:${ownerId}`}, 0))`.execute(tx);
}

/** How many tools of the transaction's owner are live. */
export async function countLiveTools(tx: OwnerTx): Promise<number> {
  const { live } = await tx
    .selectFrom('apps')
    .select(({ fn }) => fn.countAll<number | string>().as('live'))
    .where('kind', '=', 'tool')
    .where('status', '=', 'live')
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(live);
}

export async function slugWasDeleted(tx: OwnerTx, slug: string): Promise<boolean> {
  const row = await tx
    .selectFrom('apps')
    .select('id')
    .where('slug', '=', slug)
    .where('deleted_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Which of the slugs are apps of this owner. */
export async function knownSlugs(tx: OwnerTx, slugs: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('apps')
    .select('slug')
    .where('slug', 'in', [...slugs])
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map(({ slug }) => slug);
}

export type AppFacts = { slug: string; kind: AppKind; isLive: boolean };

/** What there is of the owner's apps among `slugs`, live or not. */
export async function readAppFacts(tx: OwnerTx, slugs: readonly string[]): Promise<AppFacts[]> {
  const rows = await tx
    .selectFrom('apps')
    .select(['slug', 'kind', 'status'])
    .where('slug', 'in', [...slugs])
    .where('deleted_at', 'is', null)
    .execute();
  // the table's own check
  return rows.map(({ slug, kind, status }) => ({ slug, kind: kind as AppKind, isLive: status === 'live' }));
}

export type LiveApp = {
  id: string;
  slug: string;
  kind: AppKind;
  name: string;
  description: string;
  version: number;
  spec: unknown;
};

export type LiveAppName = Pick<LiveApp, 'slug' | 'name' | 'kind'>;

/** The names of the owner's live apps among `slugs`, in the order of the slugs. */
export async function readLiveAppNames(tx: WorkspaceTx, slugs: readonly string[]): Promise<LiveAppName[]> {
  const apps = await selectAppNames(tx, slugs);
  return apps.filter(({ status }) => status === 'live').map(({ slug, name, kind }) => ({ slug, name, kind }));
}

/** The names of the owner's apps among `slugs`, live or not, in the order of the slugs. */
export async function readAppNames(tx: WorkspaceTx, slugs: readonly string[]): Promise<LiveAppName[]> {
  const apps = await selectAppNames(tx, slugs);
  return apps.map(({ slug, name, kind }) => ({ slug, name, kind }));
}

async function selectAppNames(
  tx: WorkspaceTx,
  slugs: readonly string[],
): Promise<(LiveAppName & { status: string })[]> {
  if (slugs.length === 0) return [];
  const rows = await tx
    .selectFrom('apps')
    .select(['slug', 'name', 'kind', 'status'])
    .where('slug', 'in', [...slugs])
    .where('deleted_at', 'is', null)
    .execute();
  return rows
    .map((row) => ({ ...row, kind: row.kind as AppKind })) // the table's own check
    .toSorted((left, right) => slugs.indexOf(left.slug) - slugs.indexOf(right.slug));
}

export type PublicTool = { id: string; slug: string; ownerId: string };

/** The tool by that id, if it is live and open to everybody. */
export async function readPublicTool(tx: OwnerTx, id: string): Promise<PublicTool | undefined> {
  return tx
    .selectFrom('apps')
    .select(['id', 'slug', 'owner_id as ownerId'])
    .where('id', '=', id)
    .where('kind', '=', 'tool')
    .where('status', '=', 'live')
    .where('public_runs', '=', true)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** What a draft has in place of a version's number. */
const draftVersion = 0;

/** The app by that slug as it is drafted, live or not: for its owner's own previews. */
export async function readDraftApp(tx: WorkspaceTx, slug: string): Promise<LiveApp | undefined> {
  const row = await tx
    .selectFrom('apps')
    .select(['id', 'slug', 'kind', 'name', 'description', 'draft_spec as spec'])
    .where('slug', '=', slug)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row && { ...row, kind: row.kind as AppKind, version: draftVersion }; // the table's own check
}

/** The live app by that slug, as a workspace of its owner may see it. */
export async function readLiveApp(tx: WorkspaceTx, slug: string): Promise<LiveApp | undefined> {
  const row = await selectPublished(tx, slug)
    .whereRef('app_versions.version', '=', 'apps.live_version')
    .where('apps.status', '=', 'live')
    .executeTakeFirst();
  return row && { ...row, kind: row.kind as AppKind }; // the table's own check
}

/** One published version of the app by that slug, whatever is live now: for its owner's own previews. */
export async function readAppVersion(tx: WorkspaceTx, slug: string, version: number): Promise<LiveApp | undefined> {
  const row = await selectPublished(tx, slug).where('app_versions.version', '=', version).executeTakeFirst();
  return row && { ...row, kind: row.kind as AppKind }; // the table's own check
}

function selectPublished(tx: WorkspaceTx, slug: string) {
  return tx
    .selectFrom('apps')
    .innerJoin('app_versions', 'app_versions.app_id', 'apps.id')
    .select([
      'apps.id',
      'apps.slug',
      'apps.kind',
      'apps.name',
      'apps.description',
      'app_versions.version',
      'app_versions.spec',
    ])
    .where('apps.slug', '=', slug)
    .where('apps.deleted_at', 'is', null);
}
