import type { Environment, SurfaceChange } from '@microapp/contract';
import type { Static } from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { checkAppsExist } from '../apps/index.ts';
import { checkedOrigins, findWorkspace } from '../workspaces/index.ts';
import { checkFeatures } from './check-features.ts';
import { findSurface, lockSurface, updateSurface, type SurfaceWithToken } from './store.ts';

/**
 * Changes the fields that are given. The origins are checked against the environment that results, so that a
 * development surface with `*` cannot become a production one.
 */
export async function changeSurface(
  deps: { clock: Clock },
  tx: OwnerTx,
  { id, change }: { id: string; change: Static<typeof SurfaceChange> },
): Promise<SurfaceWithToken> {
  const surface = await lockSurface(tx, id);
  if (surface === undefined || surface.deleted_at !== null) throw notFound('surface');
  if (change.apps !== undefined) await checkAppsExist(tx, change.apps);
  if (change.permissions !== undefined) {
    const workspace = await findWorkspace(tx, surface.workspace_id);
    if (workspace === undefined) throw notFound('workspace');
    checkFeatures(workspace, change.permissions);
  }
  const environment = change.environment ?? (surface.environment as Environment); // the table's own check
  await updateSurface(tx, id, {
    environment,
    allowed_origins: checkedOrigins(change.allowedOrigins ?? surface.allowed_origins, environment),
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.apps === undefined ? {} : { apps: change.apps }),
    ...(change.permissions === undefined ? {} : { permissions: change.permissions }),
    ...(change.theme === undefined ? {} : { theme: JSON.stringify(change.theme) }),
    ...(change.texts === undefined ? {} : { texts: JSON.stringify(change.texts) }),
    ...(change.limits === undefined ? {} : { limits: JSON.stringify(change.limits) }),
    updated_at: new Date(deps.clock.now()),
  });
  const changed = await findSurface(tx, id);
  if (changed === undefined) throw notFound('surface');
  return changed;
}
