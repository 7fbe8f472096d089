import type { WorkspaceChange } from '@microapp/contract';
import type { Static } from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { checkedOrigins } from './origins.ts';
import { lockWorkspace, updateWorkspace, type WorkspaceRow } from './store.ts';

/** Changes the fields that are given and leaves the rest; answers with how it was and how it is. */
export async function changeWorkspace(
  deps: { clock: Clock },
  tx: OwnerTx,
  { id, change }: { id: string; change: Static<typeof WorkspaceChange> },
): Promise<{ before: WorkspaceRow; after: WorkspaceRow }> {
  const before = await lockWorkspace(tx, id);
  if (before === undefined) throw notFound('workspace');
  const after = await updateWorkspace(tx, id, {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.portalEnabled === undefined ? {} : { portal_enabled: change.portalEnabled }),
    ...(change.features === undefined ? {} : { features: change.features }),
    ...(change.allowedOrigins === undefined
      ? {}
      : { allowed_origins: checkedOrigins(change.allowedOrigins, 'production') }),
    ...(change.attributes === undefined ? {} : { attributes: JSON.stringify(change.attributes) }),
    ...(change.limits === undefined ? {} : { limits: JSON.stringify(change.limits) }),
    updated_at: new Date(deps.clock.now()),
  });
  if (after === undefined) throw notFound('workspace');
  return { before, after };
}
