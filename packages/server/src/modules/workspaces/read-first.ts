import type { Permission } from '@microapp/contract';
import type { OwnerTx } from '../../platform/db/index.ts';
import { standingOf, type TenantStanding } from './standing.ts';
import { findFirstWorkspace } from './store.ts';

/** An owner's own workspace, as verification needs it. */
export type FirstWorkspace = { id: string; features: readonly Permission[] } & TenantStanding;

/** The workspace that belongs to the owner itself; undefined when it never had one. */
export async function readFirstWorkspace(tx: OwnerTx, ownerId: string): Promise<FirstWorkspace | undefined> {
  const row = await findFirstWorkspace(tx, ownerId);
  if (row === undefined) return undefined;
  const { id, owner_status, status, deleted_at } = row;
  const features = row.features as Permission[]; // checked by the schema when saved
  const standing = standingOf({ owner_status, workspace_status: status, workspace_deleted_at: deleted_at });
  return { id, features, ...standing };
}
