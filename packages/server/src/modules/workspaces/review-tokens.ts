import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { markTokensReviewed, type WorkspaceRow } from './store.ts';

/** Notes that somebody has looked through the embed tokens of a workspace just now. */
export async function reviewTokens(deps: { clock: Clock }, tx: OwnerTx, id: string): Promise<WorkspaceRow> {
  const row = await markTokensReviewed(tx, id, new Date(deps.clock.now()));
  if (row === undefined) throw notFound('workspace');
  return row;
}
