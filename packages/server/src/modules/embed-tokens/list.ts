import type { EmbedToken, EmbedTokenQuery } from '@microapp/contract';
import type { Static } from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { pageOf, toPage } from '../../platform/http/index.ts';
import { findWorkspace } from '../workspaces/index.ts';
import { presentEmbedToken } from './present.ts';
import { placeOf, selectEmbedTokens, selectLatestOrigins, type EmbedTokenFilter } from './store.ts';
import { daysBefore } from './unused.ts';

/** Tokens of a workspace: the newest first or the latest used first, of one status or unused ones where that is asked. */
export async function listEmbedTokens(
  { clock }: { clock: Clock },
  tx: OwnerTx,
  { workspaceId, query }: { workspaceId: string; query: Static<typeof EmbedTokenQuery> },
): Promise<{ data: EmbedToken[]; nextCursor: string | null }> {
  if ((await findWorkspace(tx, workspaceId)) === undefined) throw notFound('workspace');
  const { sort = 'createdAt', status, unused } = query;
  const now = clock.now();
  const page = pageOf(query, 'text', sort);
  const filter = { status, unusedSince: unusedSinceOf(unused, now) };
  const rows = await selectEmbedTokens(tx, workspaceId, { ...page, sort, filter, now: new Date(now) });
  const seen = Map.groupBy(
    await selectLatestOrigins(
      tx,
      rows.map(({ id }) => id),
    ),
    (row) => row.embed_token_id,
  );
  return toPage(rows, page, {
    startOf: (row) => placeOf(row, sort),
    present: (row) => presentEmbedToken(row, { now, originsSeen: seen.get(row.id) ?? [] }),
  });
}

function unusedSinceOf(unused: string | undefined, now: number): EmbedTokenFilter['unusedSince'] {
  if (unused === undefined) return undefined;
  return unused === 'true' ? 'never' : daysBefore(now, Number(unused));
}
