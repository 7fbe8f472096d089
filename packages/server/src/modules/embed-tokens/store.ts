import {
  originsSeenListedMax,
  originsSeenMax,
  type CredentialStatus,
  type EmbedTokenSort,
  type EmbedTokenUse,
  type Permission,
} from '@microapp/contract';
import { sql, type Insertable, type Selectable } from 'kysely';
import { type DB, type OwnerTx, type SystemTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';
import { standingOf, type TenantStanding } from '../workspaces/index.ts';

export type EmbedTokenRow = Selectable<DB['embed_tokens']>;

export async function insertEmbedToken(tx: OwnerTx, row: Insertable<DB['embed_tokens']>): Promise<EmbedTokenRow> {
  return tx.insertInto('embed_tokens').values(row).returningAll().executeTakeFirstOrThrow();
}

/** A token and whether its workspace has been deleted, which takes its credentials with it. */
export type FoundEmbedToken = EmbedTokenRow & { workspace_deleted_at: Date | null };

/** What a list of tokens leaves out. `unusedSince`: neither used nor issued after it; `never`: not used at all. */
export type EmbedTokenFilter = {
  status?: CredentialStatus | undefined;
  unusedSince?: Date | 'never' | undefined;
};

function foundTokens(tx: OwnerTx) {
  return tx
    .selectFrom('embed_tokens as token')
    .innerJoin('workspaces as workspace', 'workspace.id', 'token.workspace_id')
    .selectAll('token')
    .select('workspace.deleted_at as workspace_deleted_at');
}

// A token that was never used sorts behind all that were. To the letter what the indexes hold, which say why it is no
// `coalesce`.
const lastUse = sql<Date>`(case when token.last_used_at is null then 'epoch'::timestamptz else token.last_used_at end)`;

const sortKeys = { createdAt: sql<Date>`token.created_at`, lastUsedAt: lastUse } as const;

/** Where a row stands in that order. */
export function placeOf(row: EmbedTokenRow, sort: EmbedTokenSort): { at: Date; id: string } {
  return { at: sort === 'createdAt' ? row.created_at : (row.last_used_at ?? new Date(0)), id: row.id };
}

export type EmbedTokenPage = Page & { sort: EmbedTokenSort; filter: EmbedTokenFilter; now: Date };

/** The page's rows and one more, newest or latest used first; statuses are those at `now`. Not yet asked. */
export function embedTokensQuery(tx: OwnerTx, workspaceId: string, page: EmbedTokenPage) {
  const { after, sort, filter, now } = page;
  const key = sortKeys[sort];
  return foundTokens(tx)
    .where('token.workspace_id', '=', workspaceId)
    .where(hasStatus(filter.status, now))
    .where(isUnusedSince(filter.unusedSince))
    .where(after === undefined ? sql<boolean>`true` : sql<boolean>`(${key}, token.id) < (${after.at}, ${after.id})`)
    .orderBy(key, 'desc')
    .orderBy('token.id', 'desc')
    .limit(page.limit + 1);
}

export async function selectEmbedTokens(
  tx: OwnerTx,
  workspaceId: string,
  page: EmbedTokenPage,
): Promise<FoundEmbedToken[]> {
  return embedTokensQuery(tx, workspaceId, page).execute();
}

// Each condition is one that an index knows: wrapped in a function, the planner could only try every row.
function hasStatus(status: CredentialStatus | undefined, now: Date) {
  switch (status) {
    case undefined:
      return sql<boolean>`true`;
    case 'revoked':
      return sql<boolean>`token.revoked_at is not null`;
    case 'expired':
      return sql<boolean>`(token.revoked_at is null and token.expires_at <= ${now})`;
    case 'active':
      return sql<boolean>`(token.revoked_at is null and (token.expires_at is null or token.expires_at > ${now}))`;
  }
}

function isUnusedSince(since: EmbedTokenFilter['unusedSince']) {
  if (since === undefined) return sql<boolean>`true`;
  if (since === 'never') return sql<boolean>`${lastUse} = 'epoch'::timestamptz`;
  // Nothing is used before it is issued: what was not used since was not issued since either.
  return sql<boolean>`(${lastUse} <= ${since} and token.created_at <= ${since})`;
}

export async function findEmbedToken(tx: OwnerTx, id: string): Promise<FoundEmbedToken | undefined> {
  return foundTokens(tx).where('token.id', '=', id).executeTakeFirst();
}

/**
 * Undefined when there is no such token, or it or its workspace is gone for good: one conditional update, so that no race
 * can revive it.
 */
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
    .where((where) =>
      where.exists(
        where
          .selectFrom('workspaces')
          .select('workspaces.id')
          .whereRef('workspaces.id', '=', 'embed_tokens.workspace_id')
          .where('workspaces.deleted_at', 'is', null),
      ),
    )
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

/** Revokes up to `limit` tokens of the workspace that were neither used nor issued after `since`; the oldest first. */
export async function setUnusedRevoked(
  tx: OwnerTx,
  workspaceId: string,
  { since, at, limit }: { since: Date; at: Date; limit: number },
): Promise<EmbedTokenRow[]> {
  return (
    tx
      .updateTable('embed_tokens')
      .set({ revoked_at: at })
      .where('id', 'in', (query) =>
        query
          .selectFrom('embed_tokens as token')
          .select('token.id')
          .where('token.workspace_id', '=', workspaceId)
          .where('token.revoked_at', 'is', null)
          .where(isUnusedSince(since))
          .orderBy('token.created_at')
          .orderBy('token.id')
          .limit(limit),
      )
      // Said again, because a row may have changed since it was selected.
      .where('revoked_at', 'is', null)
      .returningAll()
      .execute()
  );
}

export type OriginSeenRow = Selectable<DB['embed_token_origins']>;

/** The origins of one token, the latest first. */
export async function selectOriginsSeen(tx: OwnerTx, tokenId: string): Promise<OriginSeenRow[]> {
  return tx
    .selectFrom('embed_token_origins')
    .selectAll()
    .where('embed_token_id', '=', tokenId)
    .orderBy('last_seen_at', 'desc')
    .orderBy('origin')
    .limit(originsSeenMax)
    .execute();
}

/** The latest origins of each of several tokens, the latest first. */
export async function selectLatestOrigins(tx: OwnerTx, tokenIds: readonly string[]): Promise<OriginSeenRow[]> {
  if (tokenIds.length === 0) return [];
  const { rows } = await sql<OriginSeenRow>`
    select seen.*
    from unnest(${[...tokenIds]}::text[]) as token (id)
    cross join lateral (
      select * from embed_token_origins
      where embed_token_id = token.id
      order by last_seen_at desc, origin
      limit ${originsSeenListedMax}
    ) as seen
    order by seen.last_seen_at desc, seen.origin`.execute(tx);
  return rows;
}

/**
 * Adds to what is known of tokens' origins, then forgets what is more than the maximum: first those that were only ever
 * refused, so that a flood of invented origins cannot push out the pages that an owner has to update.
 */
export async function recordOriginsSeen(tx: SystemTx, seen: readonly OriginSeenRow[]): Promise<void> {
  const column = <Name extends keyof OriginSeenRow>(name: Name) => seen.map((row) => row[name]);
  await sql`
    insert into embed_token_origins as known
      (owner_id, workspace_id, embed_token_id, origin, first_seen_at, last_seen_at, accepted_count, refused_count)
    select * from unnest(
      ${column('owner_id')}::text[], ${column('workspace_id')}::text[], ${column('embed_token_id')}::text[],
      ${column('origin')}::text[], ${column('first_seen_at').map(iso)}::timestamptz[],
      ${column('last_seen_at').map(iso)}::timestamptz[], ${column('accepted_count')}::bigint[],
      ${column('refused_count')}::bigint[])
    on conflict (embed_token_id, origin) do update set
      last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
      accepted_count = known.accepted_count + excluded.accepted_count,
      refused_count = known.refused_count + excluded.refused_count`.execute(tx);
  await sql`
    delete from embed_token_origins as seen
    using (
      select embed_token_id, origin, row_number() over (
        partition by embed_token_id order by (accepted_count > 0) desc, last_seen_at desc, origin) as place
      from embed_token_origins
      where embed_token_id = any(${[...new Set(column('embed_token_id'))]}::text[])
    ) as ranked
    where ranked.place > ${originsSeenMax}
      and seen.embed_token_id = ranked.embed_token_id and seen.origin = ranked.origin`.execute(tx);
}

function iso(time: Date): string {
  return time.toISOString();
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
  /** Whether that list is the token's own, which stays as it was made; otherwise it is its workspace's. */
  hasOwnOrigins: boolean;
  environment: 'production';
  use: EmbedTokenUse;
  isActive: boolean;
  expiresAt: Date | null;
  features: readonly Permission[];
} & TenantStanding;

export async function readEmbedTokenRecord(
  tx: WorkspaceTx | OwnerTx,
  id: string,
): Promise<EmbedTokenRecord | undefined> {
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
    hasOwnOrigins: row.allowed_origins !== null,
    environment: 'production',
    use: row.use as EmbedTokenUse, // the table's own check
    isActive: row.revoked_at === null,
    expiresAt: row.expires_at,
    ...standingOf(row),
    features: row.features as Permission[], // checked by the schema when saved
  };
}
