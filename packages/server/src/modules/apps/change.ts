import type { AppKind } from '@microapp/contract';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { checkForPublic, type AppKinds } from './check.ts';
import { draftTagOf } from './draft-tag.ts';
import { checkLivePlace } from './live-place.ts';
import { findVersion, lockApp, updateApp, type AppRow } from './store.ts';

export type AppChangeFields = {
  name?: string;
  description?: string;
  /** Checked already. Becomes the draft; what is live stays until it is published. */
  spec?: unknown;
  /** Of the draft that `spec` was made from. */
  draftTag?: string;
  status?: 'draft' | 'live';
  publicRuns?: boolean;
};

/**
 * Changes the fields that are given. Taking an app back to draft, and switching public runs off, hold from the next
 * request; only published apps go live. Throws `conflict` for a spec that was made from another draft than there is.
 */
export async function changeApp(
  deps: { clock: Clock; kinds: AppKinds; liveToolsMax: number },
  tx: OwnerTx,
  { slug, change }: { slug: string; change: AppChangeFields },
): Promise<AppRow> {
  if (change.draftTag !== undefined && change.spec === undefined) {
    throw invalid([{ path: 'draftTag', message: 'says what spec was made from: give both' }]);
  }
  const app = await lockApp(tx, slug);
  if (app === undefined) throw notFound('app');
  if (change.draftTag !== undefined && change.draftTag !== draftTagOf(app)) {
    throw new AppError('conflict', {
      message: 'The draft was changed meanwhile.',
      hint: `Read the app again (GET /v1/apps/${slug}), and bring your change and that one together.`,
    });
  }
  if (change.status === 'live' && app.live_version === null) {
    throw new AppError('conflict', {
      message: 'This app has never been published.',
      hint: `Publish it: POST /v1/apps/${slug}/publish.`,
    });
  }
  if (change.publicRuns === true) await checkPublishedForPublic(deps.kinds, tx, app);
  if (change.status === 'live') await checkLivePlace(deps, tx, app);
  return updateApp(tx, app.id, {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.description === undefined ? {} : { description: change.description }),
    ...(change.spec === undefined ? {} : { draft_spec: JSON.stringify(change.spec) }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.publicRuns === undefined ? {} : { public_runs: change.publicRuns }),
    updated_at: new Date(deps.clock.now()),
  });
}

/**
 * Of an app that was taken back to draft the version counts that it would come back with. The draft does not count: it is
 * looked at when it is published.
 */
async function checkPublishedForPublic(kinds: AppKinds, tx: OwnerTx, app: AppRow): Promise<void> {
  const published = app.live_version === null ? undefined : await findVersion(tx, app.id, app.live_version);
  const kind = app.kind as AppKind; // the table's own check
  checkForPublic(
    kinds,
    { kind, spec: published?.spec },
    (found) => `The live version has ${found}. Publish a version without it, then switch public runs on.`,
  );
}
