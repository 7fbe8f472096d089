import { hash } from 'node:crypto';
import type { LogoScheme } from '@microapp/contract';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { readLogoImage } from './read-logo-image.ts';
import { findSurface, lockSurface, logosOf, replaceLogo, updateSurface, type SurfaceWithToken } from './store.ts';

/** 132 bits: nobody makes two pictures of one name. */
const digestLength = 22;

/**
 * Gives the surface its logo for a scheme, in the place of the one that it had; `image` is base64. What its row says of
 * it changes with it, so that every process forgets the surface that it remembered.
 */
export async function setLogo(
  deps: { clock: Clock },
  tx: OwnerTx,
  { id, scheme, image }: { id: string; scheme: LogoScheme; image: string },
): Promise<SurfaceWithToken> {
  const { bytes, mediaType, ending, width, height } = readLogoImage(image);
  const surface = await lockSurface(tx, id);
  if (surface === undefined || surface.deleted_at !== null) throw notFound('surface');
  const file = `${hash('sha256', bytes, 'base64url').slice(0, digestLength)}.${ending}`;
  const { owner_id, workspace_id } = surface;
  await replaceLogo(tx, { owner_id, workspace_id, surface_id: id, scheme, file, media_type: mediaType, bytes });
  await updateSurface(tx, id, {
    logos: JSON.stringify({ ...logosOf(surface), [scheme]: { file, mediaType, width, height } }),
    updated_at: new Date(deps.clock.now()),
  });
  const changed = await findSurface(tx, id);
  if (changed === undefined) throw notFound('surface');
  return changed;
}
