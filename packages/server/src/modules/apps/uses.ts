import type { AppUses } from '@microapp/contract';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { findApp, selectEmbedTokensWith, selectSurfacesWith, type UseRow } from './store.ts';

const shownMax = 20;

/** What embeds an app, so that whoever deletes it knows what stops. */
export async function readAppUses({ clock }: { clock: Clock }, tx: OwnerTx, slug: string): Promise<AppUses> {
  if ((await findApp(tx, slug)) === undefined) throw notFound('app');
  const surfaces = await selectSurfacesWith(tx, slug, shownMax);
  const tokens = await selectEmbedTokensWith(tx, slug, { now: new Date(clock.now()), limit: shownMax });
  return { surfaces: usesOf(surfaces), embedTokens: usesOf(tokens) };
}

function usesOf(rows: readonly UseRow[]): AppUses['surfaces'] {
  return {
    count: rows[0]?.count ?? 0,
    some: rows.map(({ id, name, workspaceId, workspaceName }) => ({ id, name, workspaceId, workspaceName })),
  };
}
