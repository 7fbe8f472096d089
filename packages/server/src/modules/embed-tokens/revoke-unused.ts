import { revokedAtOnceMax } from '@microapp/contract';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { findWorkspace } from '../workspaces/index.ts';
import { setUnusedRevoked, type EmbedTokenRow } from './store.ts';
import { daysBefore } from './unused.ts';

/**
 * Revokes for good what was neither used nor issued in the last `unusedSinceDays` days: a token of yesterday waits to be
 * pasted, it is not left over. At most so many at once; says whether there may be more.
 */
export async function revokeUnusedEmbedTokens(
  deps: { clock: Clock },
  tx: OwnerTx,
  { workspaceId, unusedSinceDays }: { workspaceId: string; unusedSinceDays: number },
): Promise<{ revoked: EmbedTokenRow[]; hasMore: boolean }> {
  if ((await findWorkspace(tx, workspaceId)) === undefined) throw notFound('workspace');
  const now = deps.clock.now();
  const revoked = await setUnusedRevoked(tx, workspaceId, {
    since: daysBefore(now, unusedSinceDays),
    at: new Date(now),
    limit: revokedAtOnceMax,
  });
  return { revoked, hasMore: revoked.length === revokedAtOnceMax };
}
