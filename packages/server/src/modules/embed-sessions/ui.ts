import type { SessionUi } from '@microapp/contract';
import type { Static } from 'typebox';
import type { WorkspaceTx } from '../../platform/db/index.ts';
import type { EmbedRecord } from '../access/index.ts';
import { readLiveAppNames } from '../apps/index.ts';

/** What the widget shows before anything runs: the live apps among `slugs`, and the surface's theme and texts. */
export async function readSessionUi(
  tx: WorkspaceTx,
  record: EmbedRecord,
  slugs: readonly string[],
): Promise<Static<typeof SessionUi>> {
  const apps = await readLiveAppNames(tx, slugs);
  return {
    name: record.class === 'client_token' ? record.surfaceName : (apps[0]?.name ?? ''),
    apps,
    theme: record.class === 'client_token' ? record.theme : {},
    texts: record.class === 'client_token' ? record.texts : {},
  };
}
