import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { endSessionsOfMember } from '../dashboard-sessions/index.ts';
import { lockMember, updateMember } from './store.ts';

/** Removes a member for good, with every session and the link that waits. Repeating it changes nothing. */
export async function removeMember({ clock }: { clock: Clock }, tx: OwnerTx, id: string): Promise<'removed' | 'was'> {
  const member = await lockMember(tx, id);
  if (member === undefined) throw notFound('member');
  if (member.removed_at !== null) return 'was';
  const now = new Date(clock.now());
  await endSessionsOfMember({ clock }, tx, id);
  await updateMember(tx, id, { removed_at: now, link_hash: null, link_expires_at: null });
  return 'removed';
}
