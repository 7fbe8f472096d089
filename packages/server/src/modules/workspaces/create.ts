import type { WorkspaceCreate } from '@microapp/contract';
import type { Static } from 'typebox';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { checkedOrigins } from './origins.ts';
import { insertWorkspace, type WorkspaceRow } from './store.ts';

/** Makes a workspace. The origins of a workspace are for production tokens, so `*` is refused. */
export async function createWorkspace(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  { ownerId, wanted }: { ownerId: string; wanted: Static<typeof WorkspaceCreate> },
): Promise<WorkspaceRow> {
  const now = new Date(deps.clock.now());
  return insertWorkspace(tx, {
    id: newId(deps.random, 'workspace'),
    owner_id: ownerId,
    name: wanted.name,
    status: wanted.status ?? 'active',
    portal_enabled: wanted.portalEnabled ?? false,
    features: wanted.features ?? [],
    allowed_origins: checkedOrigins(wanted.allowedOrigins ?? [], 'production'),
    attributes: JSON.stringify(wanted.attributes ?? {}),
    limits: JSON.stringify(wanted.limits ?? {}),
    created_at: now,
    updated_at: now,
  });
}
