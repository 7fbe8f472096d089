import { AppError } from '../../platform/app-error.ts';
import type { Database } from '../../platform/db/index.ts';
import { findFirstOwner } from './store.ts';

/** Throws `permission_denied` unless the owner is the installation's first: what belongs to all is its to change. */
export async function checkFirstOwner({ db }: { db: Database }, { ownerId }: { ownerId: string }): Promise<void> {
  const first = await db.withSystem('owners.find-first', findFirstOwner);
  if (first === ownerId) return;
  throw new AppError('permission_denied', {
    reason: 'not_the_first_owner',
    message: 'This belongs to the whole installation, which its first owner manages.',
  });
}
