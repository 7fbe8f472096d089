import type { Clock } from '../../platform/clock.ts';
import { isUniqueViolation, type Database, type OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { anyOwnerExists, insertOwner } from './store.ts';

/**
 * Makes the installation's first owner, and whatever `furnish` makes, in one transaction: a process that dies in
 * between leaves nothing, and of two that start at once one founds. Undefined when there is an owner already.
 */
export async function foundFirstOwner<Furnished>(
  deps: { db: Database; clock: Clock; random: Random },
  furnish: (tx: OwnerTx, ownerId: string) => Promise<Furnished>,
): Promise<Furnished | undefined> {
  if (await deps.db.withSystem('owners.count', anyOwnerExists)) return undefined;
  const ownerId = newId(deps.random, 'owner');
  try {
    return await deps.db.withOwner({ ownerId }, async (tx) => {
      await insertOwner(tx, {
        id: ownerId,
        name: 'First owner',
        is_first: true,
        created_at: new Date(deps.clock.now()),
      });
      return furnish(tx, ownerId);
    });
  } catch (error) {
    if (isUniqueViolation(error, 'owners_one_first')) return undefined;
    throw error;
  }
}
