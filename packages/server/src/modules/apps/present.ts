import type { App, AppKind, AppVersion } from '@microapp/contract';
import { draftTagOf } from './draft-tag.ts';
import type { AppRow, VersionRow } from './store.ts';

/** An app as its owner sees it, with the draft of its spec. `changed` are the ids of those whose draft is not what is live. */
export function presentApp(row: AppRow, changed: ReadonlySet<string>): App {
  return {
    id: row.id,
    ownerId: row.owner_id,
    slug: row.slug,
    kind: row.kind as AppKind, // the table's own check
    name: row.name,
    description: row.description,
    status: row.status === 'live' ? 'live' : 'draft',
    publicRuns: row.public_runs,
    spec: row.draft_spec,
    draftTag: draftTagOf(row),
    liveVersion: row.live_version,
    hasDraftChanges: changed.has(row.id),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** A version without its spec, which may be long. */
export function presentVersion(app: AppRow, { version, published_at }: Omit<VersionRow, 'spec'>): AppVersion {
  return {
    version,
    publishedAt: published_at.toISOString(),
    isLive: app.status === 'live' && app.live_version === version,
  };
}
