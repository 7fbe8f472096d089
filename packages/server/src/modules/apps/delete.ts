import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { lockApp, slugWasDeleted, updateApp } from './store.ts';

/** Takes the app away; its runs stay in the ledger, its slug is free again. Undefined when it was gone before. */
export async function deleteApp(deps: { clock: Clock }, tx: OwnerTx, slug: string): Promise<string | undefined> {
  const app = await lockApp(tx, slug);
  if (app === undefined) {
    if (await slugWasDeleted(tx, slug)) return undefined;
    throw notFound('app');
  }
  const now = new Date(deps.clock.now());
  await updateApp(tx, app.id, { deleted_at: now, updated_at: now });
  return app.id;
}
