import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { findEmbedToken, setEmbedTokenRevoked, type EmbedTokenRow } from './store.ts';

/** Revokes for good, with effect on the next request. Undefined when it was revoked before. */
export async function revokeEmbedToken(
  deps: { clock: Clock },
  tx: OwnerTx,
  id: string,
): Promise<EmbedTokenRow | undefined> {
  const row = await setEmbedTokenRevoked(tx, id, new Date(deps.clock.now()));
  if (row === undefined && (await findEmbedToken(tx, id)) === undefined) throw notFound('embed token');
  return row;
}
