import type { SessionUi } from '@microapp/contract';
import type { Static } from 'typebox';
import type { Database } from '../../platform/db/index.ts';
import type { EmbedRecord } from '../access/index.ts';
import { readLiveApps } from '../apps/index.ts';

/** What the widget shows before anything runs: the live apps among `slugs`, and the surface's theme and texts. */
export async function readSessionUi(
  { db }: { db: Database },
  record: EmbedRecord,
  slugs: readonly string[],
): Promise<Static<typeof SessionUi>> {
  const live = slugs.length === 0 ? [] : await db.withWorkspace(record, (tx) => readLiveApps(tx, slugs));
  const apps = live.map(({ slug, name, kind }) => ({ slug, name, kind }));
  return {
    name: record.class === 'client_token' ? record.surfaceName : (apps[0]?.name ?? ''),
    apps,
    theme: record.class === 'client_token' ? record.theme : {},
    texts: record.class === 'client_token' ? record.texts : {},
  };
}
