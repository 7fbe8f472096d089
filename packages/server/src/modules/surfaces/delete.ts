import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { deactivateClientToken, deleteLogos, lockSurface, updateSurface, type SurfaceRow } from './store.ts';

/** Takes the surface away with its client token and its logos. Undefined when it was gone before. */
export async function deleteSurface(deps: { clock: Clock }, tx: OwnerTx, id: string): Promise<SurfaceRow | undefined> {
  const surface = await lockSurface(tx, id);
  if (surface === undefined) throw notFound('surface');
  if (surface.deleted_at !== null) return undefined;
  const now = new Date(deps.clock.now());
  await deactivateClientToken(tx, id);
  await deleteLogos(tx, id);
  await updateSurface(tx, id, { logos: JSON.stringify({}), deleted_at: now, updated_at: now });
  return surface;
}
