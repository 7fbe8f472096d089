import { AppError, notFound } from '../../platform/app-error.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { findEmbedToken, replaceEmbedTokenSecret, type EmbedTokenRow } from './store.ts';

/** Gives the token a new secret: same id, next version. The old secret is dead when the transaction commits. */
export async function rotateEmbedToken(
  deps: { random: Random },
  tx: OwnerTx,
  id: string,
): Promise<{ row: EmbedTokenRow; secret: Secret }> {
  const { secret, hash } = freshCredential(deps.random, 'embed_token');
  const row = await replaceEmbedTokenSecret(tx, id, hash);
  if (row !== undefined) return { row, secret };
  if ((await findEmbedToken(tx, id)) === undefined) throw notFound('embed token');
  throw new AppError('conflict', {
    message: 'A revoked token cannot be rotated.',
    hint: 'Revoking is final. Issue a new token.',
  });
}
