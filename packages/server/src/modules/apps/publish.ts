import { isDeepStrictEqual } from 'node:util';
import type { AppKind } from '@microapp/contract';
import { AppError, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { checkForPublic, type AppKinds } from './check.ts';
import { draftTagOf } from './draft-tag.ts';
import { checkLivePlace } from './live-place.ts';
import { insertVersion, latestVersion, lockApp, updateApp, type AppRow } from './store.ts';

/**
 * Makes the draft the next version and puts it live, as one step: a run sees the old version or the new one. The caller
 * has checked `draft`, outside of any transaction; 409 when it was changed since, or is another than the one by the tag
 * `seen`, which somebody has looked at.
 */
export async function publishApp(
  deps: { clock: Clock; kinds: AppKinds; liveToolsMax: number },
  tx: OwnerTx,
  { slug, draft, seen }: { slug: string; draft: unknown; seen?: string | undefined },
): Promise<AppRow> {
  const app = await lockApp(tx, slug);
  if (app === undefined) throw notFound('app');
  const isAnother = seen !== undefined && seen !== draftTagOf(app);
  if (isAnother || !isDeepStrictEqual(app.draft_spec, draft)) {
    throw new AppError('conflict', {
      message: isAnother ? 'The draft was changed meanwhile.' : 'The draft was changed while it was being published.',
      hint: 'Look at the draft, and publish again.',
    });
  }
  if (app.public_runs) {
    const kind = app.kind as AppKind; // the table's own check
    checkForPublic(
      deps.kinds,
      { kind, spec: draft },
      (found) => `The draft has ${found}. Take it out, or switch public runs off first.`,
    );
  }
  await checkLivePlace(deps, tx, app);
  return putDraftLive(deps, tx, app);
}

/** Publishes without a question: for an app that this transaction has made, or has locked and checked. */
export async function putDraftLive(deps: { clock: Clock }, tx: OwnerTx, app: AppRow): Promise<AppRow> {
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

/** Gives an app of our own another spec, and publishes it without a question. */
export async function putSpecLive(deps: { clock: Clock }, tx: OwnerTx, app: AppRow, spec: unknown): Promise<AppRow> {
  return putDraftLive(deps, tx, await updateApp(tx, app.id, { draft_spec: JSON.stringify(spec) }));
}
