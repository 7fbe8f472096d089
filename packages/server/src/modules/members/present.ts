import type { MemberRow } from './store.ts';

/** A member as an admin sees them; `now` decides whether their link still waits. Never its hash. */
export function presentMember(row: MemberRow, now: number) {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    status: statusOf(row),
    createdAt: row.created_at.toISOString(),
    joinedAt: row.joined_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    linkExpiresAt:
      row.link_expires_at !== null && row.link_expires_at.getTime() > now ? row.link_expires_at.toISOString() : null,
  };
}

function statusOf(row: MemberRow): 'invited' | 'active' | 'disabled' {
  if (row.status === 'disabled') return 'disabled';
  return row.joined_at === null ? 'invited' : 'active';
}
