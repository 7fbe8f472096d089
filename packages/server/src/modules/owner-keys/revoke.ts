import { AppError, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { lockOwnerKeys, setOwnerKeyRevoked } from './store.ts';

/** Revokes for good. Repeating it changes nothing; the last active key stays, or nobody could manage anything. */
export async function revokeOwnerKey(
  deps: { clock: Clock },
  tx: OwnerTx,
  id: string,
): Promise<'revoked' | 'already_revoked'> {
  const keys = await lockOwnerKeys(tx);
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) throw notFound('owner key');
  if (key.revoked_at !== null) return 'already_revoked';
  if (!keys.some((other) => other.id !== id && other.revoked_at === null)) {
    throw new AppError('conflict', {
      message: 'This is the last active owner key.',
      hint: 'Make another owner key first, or rotate this one.',
    });
  }
  await setOwnerKeyRevoked(tx, id, new Date(deps.clock.now()));
  return 'revoked';
}
