import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { markWorkspaceDeleted } from './store.ts';

/** Takes the workspace away with all its credentials. Its rows stay for the ledger and the audit trail. */
export async function deleteWorkspace(deps: { clock: Clock }, tx: OwnerTx, id: string): Promise<'deleted' | 'was'> {
  const outcome = await markWorkspaceDeleted(tx, id, new Date(deps.clock.now()));
  if (outcome === 'unknown') throw notFound('workspace');
  return outcome;
}
