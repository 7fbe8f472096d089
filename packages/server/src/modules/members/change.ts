import type { ManagementRole } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { endSessionsOfMember } from '../dashboard-sessions/index.ts';
import { findMember } from './find.ts';
import { updateMember, type MemberRow } from './store.ts';

export type MemberChange = { name?: string; role?: ManagementRole; status?: 'active' | 'disabled' };

/**
 * Changes a member. Their role counts from the next request. Disabling ends their sessions for good and takes the link
 * that waits, so that enabling them again lets in nobody by what was handed out before.
 *
 * The last admin may lose the role as well: owner keys always are a way in.
 */
export async function changeMember(
  { clock }: { clock: Clock },
  tx: OwnerTx,
  { id, change }: { id: string; change: MemberChange },
): Promise<{ before: MemberRow; after: MemberRow }> {
  const before = await findMember(tx, id);
  const now = new Date(clock.now());
  const isDisabled = change.status === 'disabled';
  if (isDisabled) await endSessionsOfMember({ clock }, tx, id);
  const after = await updateMember(tx, id, {
    ...change,
    ...(isDisabled ? { link_hash: null, link_expires_at: null } : {}),
    updated_at: now,
  });
  return { before, after };
}
