import type { CredentialStatus, EmbedToken, EmbedTokenUse, OriginSeen, Permission } from '@microapp/contract';
import type { FoundEmbedToken, OriginSeenRow } from './store.ts';

/** A token as its owner sees it at `now` (epoch milliseconds): never its hash. */
export function presentEmbedToken(
  row: FoundEmbedToken,
  { now, originsSeen }: { now: number; originsSeen: readonly OriginSeenRow[] },
): EmbedToken {
  return {
    id: row.id,
    label: row.label,
    ownerId: row.owner_id,
    workspaceId: row.workspace_id,
    apps: row.apps,
    permissions: row.permissions as Permission[], // checked by the schema when issued
    allowedOrigins: row.allowed_origins,
    use: row.use as EmbedTokenUse, // the table's own check
    status: statusOf(row, now),
    version: row.version,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    seenInUrlAt: row.seen_in_url_at?.toISOString() ?? null,
    originsSeen: originsSeen.map(presentOrigin),
  };
}

/** The status at `now` (epoch milliseconds). A deleted workspace has taken its tokens with it, whatever their rows say. */
export function statusOf(row: FoundEmbedToken, now: number): CredentialStatus {
  if (row.revoked_at !== null || row.workspace_deleted_at !== null) return 'revoked';
  if (row.expires_at !== null && row.expires_at.getTime() <= now) return 'expired';
  return 'active';
}

function presentOrigin(row: OriginSeenRow): OriginSeen {
  return {
    origin: row.origin,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    acceptedCount: row.accepted_count,
    refusedCount: row.refused_count,
  };
}
