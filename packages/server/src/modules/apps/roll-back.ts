import type { AppKind } from '@microapp/contract';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { checkForPublic, type AppKinds } from './check.ts';
import { checkLivePlace } from './live-place.ts';
import { findVersion, lockApp, updateApp, type AppRow } from './store.ts';

/** `before` is the app as it was. */
export type RolledBack = { before: AppRow; row: AppRow; isChanged: boolean };

/**
 * Puts an earlier version live, as one step. The draft stays as it is, and so does the count: what is published next has a
 * number that no version had. The spec is not checked again, since it was live once, and whoever rolls back is in a hurry.
 */
export async function rollBackApp(
  deps: { clock: Clock; kinds: AppKinds; liveToolsMax: number },
  tx: OwnerTx,
  { slug, version }: { slug: string; version: number },
): Promise<RolledBack> {
  const app = await lockApp(tx, slug);
  if (app === undefined) throw notFound('app');
  const found = await findVersion(tx, app.id, version);
  if (found === undefined) throw notFound('version of this app');
  if (app.status === 'live' && app.live_version === version) return { before: app, row: app, isChanged: false };
  if (app.public_runs) {
    const kind = app.kind as AppKind; // the table's own check
    checkForPublic(
      deps.kinds,
      { kind, spec: found.spec },
      (has) => `Version ${version} has ${has}. Choose another version, or switch public runs off first.`,
    );
  }
  await checkLivePlace(deps, tx, app);
  const change = { live_version: version, status: 'live', updated_at: new Date(deps.clock.now()) };
  return { before: app, row: await updateApp(tx, app.id, change), isChanged: true };
}
