import { AppError, notFound } from '../../platform/app-error.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { ownerKeyExists, replaceOwnerKeySecret, type OwnerKeyRow } from './store.ts';

/** Gives the key a new secret; the old one is dead when the transaction commits. */
export async function rotateOwnerKey(
  deps: { random: Random },
  tx: OwnerTx,
  id: string,
): Promise<{ row: OwnerKeyRow; secret: Secret }> {
  const { secret, hash } = freshCredential(deps.random, 'owner_key');
  const row = await replaceOwnerKeySecret(tx, id, hash);
  if (row !== undefined) return { row, secret };
  if (!(await ownerKeyExists(tx, id))) throw notFound('owner key');
  throw new AppError('conflict', { message: 'A revoked key cannot be rotated.', hint: 'Make a new owner key.' });
}
