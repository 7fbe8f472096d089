import type { CredentialStatus, EmbedTokenUse, Permission } from '@microapp/contract';
import type { EmbedTokenRow } from './store.ts';

/** A token as its owner sees it at `now` (epoch milliseconds): never its hash. */
export function presentEmbedToken(row: EmbedTokenRow, now: number) {
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
  };
}

function statusOf(row: EmbedTokenRow, now: number): CredentialStatus {
  if (row.revoked_at !== null) return 'revoked';
  if (row.expires_at !== null && row.expires_at.getTime() <= now) return 'expired';
  return 'active';
}
