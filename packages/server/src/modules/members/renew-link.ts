import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import { findMember } from './find.ts';
import { freshLink, type FreshLink } from './link.ts';
import { updateMember, type MemberRow } from './store.ts';

/** Makes another link for a member; the one before, if it still waits, is dead at once. */
export async function renewLink(
  deps: { clock: Clock; random: Random; publicUrl: string },
  tx: OwnerTx,
  id: string,
): Promise<{ row: MemberRow; link: FreshLink }> {
  const member = await findMember(tx, id);
  if (member.status === 'disabled') {
    throw new AppError('conflict', {
      message: 'A disabled member cannot sign in.',
      hint: 'Enable the member first.',
    });
  }
  const link = freshLink(deps);
  const row = await updateMember(tx, id, { link_hash: link.hash, link_expires_at: link.expiresAt });
  return { row, link };
}
