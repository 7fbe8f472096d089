import type { SurfaceCreate } from '@microapp/contract';
import type { Static } from 'typebox';
import { invalid } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { checkAppsExist } from '../apps/index.ts';
import { checkedOrigins, findWorkspace } from '../workspaces/index.ts';
import { checkFeatures } from './check-features.ts';
import { issueClientToken } from './issue-client-token.ts';
import { insertSurface, type SurfaceWithToken } from './store.ts';

/** Makes a surface with its client token. Another owner's workspace looks like one that does not exist. */
export async function createSurface(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  wanted: Static<typeof SurfaceCreate>,
): Promise<SurfaceWithToken> {
  const workspace = await findWorkspace(tx, wanted.workspaceId);
  if (workspace === undefined) throw invalid([{ path: 'workspaceId', message: 'there is no such workspace' }]);
  await checkAppsExist(tx, wanted.apps);
  checkFeatures(workspace, wanted.permissions);
  const now = new Date(deps.clock.now());
  const surface = await insertSurface(tx, {
    id: newId(deps.random, 'surface'),
    owner_id: workspace.owner_id,
    workspace_id: workspace.id,
    name: wanted.name,
    environment: wanted.environment,
    apps: wanted.apps,
    permissions: wanted.permissions,
    allowed_origins: checkedOrigins(wanted.allowedOrigins ?? [], wanted.environment),
    theme: JSON.stringify(wanted.theme ?? {}),
    texts: JSON.stringify(wanted.texts ?? {}),
    limits: JSON.stringify(wanted.limits ?? {}),
    created_at: now,
    updated_at: now,
  });
  const token = await issueClientToken(deps, tx, surface);
  return { ...surface, client_token: token.token, client_token_id: token.id, seen_in_url_at: token.seen_in_url_at };
}
