import type { ApiKeyScope } from '@microapp/contract';
import type { ApiKeyRow } from './store.ts';

/** A key as its owner sees it: never more of it than its first characters. */
export function presentApiKey(row: ApiKeyRow) {
  return {
    id: row.id,
    name: row.name,
    keyPrefix: row.key_prefix,
    scope: row.scope as ApiKeyScope, // the table's own check
    appIds: row.app_ids,
    isActive: row.is_active,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    workspaceId: row.workspace_id,
    allowedOrigins: row.allowed_origins,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    seenInUrlAt: row.seen_in_url_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
