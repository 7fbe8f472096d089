import type { EmbedTokenUse, Permission } from '@microapp/contract';
import { sql, type Insertable, type Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';
import { standingOf, type TenantStanding } from '../workspaces/index.ts';

export type EmbedTokenRow = Selectable<DB['embed_tokens']>;

export async function insertEmbedToken(tx: OwnerTx, row: Insertable<DB['embed_tokens']>): Promise<EmbedTokenRow> {
  return tx.insertInto('embed_tokens').values(row).returningAll().executeTakeFirstOrThrow();
}

/** The page's rows and one more, newest first. */
export async function selectEmbedTokens(tx: OwnerTx, workspaceId: string, page: Page): Promise<EmbedTokenRow[]> {
  return tx
    .selectFrom('embed_tokens')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where(olderThan(page.after, { at: 'created_at', id: 'id' }))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

export async function findEmbedToken(tx: OwnerTx, id: string): Promise<EmbedTokenRow | undefined> {
  return tx.selectFrom('embed_tokens').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Undefined when there is no such token or it is revoked: one conditional update, so that no race can revive it. */
export async function replaceEmbedTokenSecret(
  tx: OwnerTx,
  id: string,
  hash: Buffer,
): Promise<EmbedTokenRow | undefined> {
  return tx
    .updateTable('embed_tokens')
    .set({ secret_hash: hash, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Undefined when there is no such token or it is revoked already. */
export async function setEmbedTokenRevoked(tx: OwnerTx, id: string, at: Date): Promise<EmbedTokenRow | undefined> {
  return tx
    .updateTable('embed_tokens')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** What verification needs of a token, its workspace and its owner. */
export type EmbedTokenRecord = {
  class: 'embed_token';
  id: string;
  version: number;
  ownerId: string;
  workspaceId: string;
  surfaceId: undefined;
  apps: readonly string[];
  permissions: readonly Permission[];
  allowedOrigins: readonly string[];
  environment: 'production';
  use: EmbedTokenUse;
  isActive: boolean;
  expiresAt: Date | null;
  features: readonly Permission[];
} & TenantStanding;

export async function readEmbedTokenRecord(tx: WorkspaceTx, id: string): Promise<EmbedTokenRecord | undefined> {
  const row = await tx
    .selectFrom('embed_tokens as token')
    .innerJoin('workspaces as workspace', 'workspace.id', 'token.workspace_id')
    .innerJoin('owners as owner', 'owner.id', 'token.owner_id')
    .select([
      'token.id',
      'token.version',
      'token.owner_id',
      'token.workspace_id',
      'token.apps',
      'token.permissions',
      'token.allowed_origins',
      'token.use',
      'token.expires_at',
      'token.revoked_at',
      'workspace.status as workspace_status',
      'workspace.deleted_at as workspace_deleted_at',
      'workspace.features',
      'workspace.allowed_origins as workspace_origins',
      'owner.status as owner_status',
    ])
    .where('token.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    class: 'embed_token',
    id: row.id,
    version: row.version,
    ownerId: row.owner_id,
    workspaceId: row.workspace_id,
    surfaceId: undefined,
    apps: row.apps,
    permissions: row.permissions as Permission[], // checked by the schema when issued
    allowedOrigins: row.allowed_origins ?? row.workspace_origins,
    environment: 'production',
    use: row.use as EmbedTokenUse, // the table's own check
    isActive: row.revoked_at === null,
    expiresAt: row.expires_at,
    ...standingOf(row),
    features: row.features as Permission[], // checked by the schema when saved
  };
}
