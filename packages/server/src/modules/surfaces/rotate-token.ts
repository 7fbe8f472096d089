import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import { issueClientToken } from './issue-client-token.ts';
import { deactivateClientToken, lockSurface, type SurfaceWithToken } from './store.ts';

/** Gives the surface a new client token. The old one, and every session minted from it, is refused from the next request. */
export async function rotateClientToken(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  id: string,
): Promise<SurfaceWithToken> {
  const surface = await lockSurface(tx, id);
  if (surface === undefined || surface.deleted_at !== null) throw notFound('surface');
  await deactivateClientToken(tx, id);
  const token = await issueClientToken(deps, tx, surface);
  return { ...surface, client_token: token.token, client_token_id: token.id, seen_in_url_at: token.seen_in_url_at };
}
