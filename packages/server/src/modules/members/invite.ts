import type { ManagementRole } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { freshLink, type FreshLink } from './link.ts';
import { insertMember, type MemberRow } from './store.ts';

/** Makes a member, and the link that lets them in for the first time. */
export async function inviteMember(
  deps: { clock: Clock; random: Random; publicUrl: string },
  tx: OwnerTx,
  { ownerId, wanted }: { ownerId: string; wanted: { name: string; email?: string; role: ManagementRole } },
): Promise<{ row: MemberRow; link: FreshLink }> {
  const link = freshLink(deps);
  const now = new Date(deps.clock.now());
  const row = await insertMember(tx, {
    id: newId(deps.random, 'member'),
    owner_id: ownerId,
    name: wanted.name,
    email: wanted.email ?? null,
    role: wanted.role,
    link_hash: link.hash,
    link_expires_at: link.expiresAt,
    created_at: now,
    updated_at: now,
  });
  return { row, link };
}
