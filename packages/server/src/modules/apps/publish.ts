import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { insertVersion, latestVersion, lockApp, updateApp, type AppRow } from './store.ts';

/** Makes the draft the next version and puts it live, as one step: a run sees the old version or the new one. */
export async function publishApp(deps: { clock: Clock }, tx: OwnerTx, slug: string): Promise<AppRow> {
  const app = await lockApp(tx, slug);
  if (app === undefined) throw notFound('app');
  const now = new Date(deps.clock.now());
  const version = (await latestVersion(tx, app.id)) + 1;
  await insertVersion(tx, {
    owner_id: app.owner_id,
    app_id: app.id,
    version,
    spec: JSON.stringify(app.draft_spec),
    published_at: now,
  });
  return updateApp(tx, app.id, { live_version: version, status: 'live', updated_at: now });
}
