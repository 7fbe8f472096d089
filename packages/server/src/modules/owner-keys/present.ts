import type { OwnerKeyRow } from './store.ts';

/** A key as its owner sees it: never its hash. */
export function presentOwnerKey(row: OwnerKeyRow) {
  return {
    id: row.id,
    ownerId: row.owner_id,
    label: row.label,
    status: row.revoked_at === null ? ('active' as const) : ('revoked' as const),
    version: row.version,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    seenInUrlAt: row.seen_in_url_at?.toISOString() ?? null,
  };
}
