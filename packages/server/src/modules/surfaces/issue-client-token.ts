import type { Clock } from '../../platform/clock.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { insertClientToken, type ClientTokenRow, type SurfaceRow } from './store.ts';

/** Gives a surface its client token. The surface must have no active one. */
export async function issueClientToken(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  surface: SurfaceRow,
): Promise<ClientTokenRow> {
  return insertClientToken(tx, {
    id: newId(deps.random, 'clientToken'),
    owner_id: surface.owner_id,
    workspace_id: surface.workspace_id,
    surface_id: surface.id,
    token: freshCredential(deps.random, 'client_token').secret.reveal(),
    created_at: new Date(deps.clock.now()),
  });
}
