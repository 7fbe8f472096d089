import type { LogoScheme } from '@microapp/contract';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { deleteLogos, lockSurface, logosOf, updateSurface, type SurfaceRow } from './store.ts';

/** Takes the surface's logo for a scheme away. Undefined when there was none. */
export async function removeLogo(
  deps: { clock: Clock },
  tx: OwnerTx,
  { id, scheme }: { id: string; scheme: LogoScheme },
): Promise<SurfaceRow | undefined> {
  const surface = await lockSurface(tx, id);
  if (surface === undefined || surface.deleted_at !== null) throw notFound('surface');
  const { [scheme]: removed, ...others } = logosOf(surface);
  if (removed === undefined) return undefined;
  await deleteLogos(tx, id, scheme);
  await updateSurface(tx, id, { logos: JSON.stringify(others), updated_at: new Date(deps.clock.now()) });
  return surface;
}
