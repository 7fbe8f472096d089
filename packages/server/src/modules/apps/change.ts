import { AppError, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { lockApp, updateApp, type AppRow } from './store.ts';

export type AppChangeFields = {
  name?: string;
  description?: string;
  /** Checked already. Becomes the draft; what is live stays until it is published. */
  spec?: unknown;
  status?: 'draft' | 'live';
};

/** Changes the fields that are given. Taking an app back to draft stops it at once; only published apps go live. */
export async function changeApp(
  deps: { clock: Clock },
  tx: OwnerTx,
  { slug, change }: { slug: string; change: AppChangeFields },
): Promise<AppRow> {
  const app = await lockApp(tx, slug);
  if (app === undefined) throw notFound('app');
  if (change.status === 'live' && app.live_version === null) {
    throw new AppError('conflict', {
      message: 'This app has never been published.',
      hint: `Publish it: POST /v1/apps/${slug}/publish.`,
    });
  }
  return updateApp(tx, app.id, {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.description === undefined ? {} : { description: change.description }),
    ...(change.spec === undefined ? {} : { draft_spec: JSON.stringify(change.spec) }),
    ...(change.status === undefined ? {} : { status: change.status }),
    updated_at: new Date(deps.clock.now()),
  });
}
