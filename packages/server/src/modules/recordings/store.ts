import type { Selectable } from 'kysely';
import type { DB, OwnerTx, WorkspaceTx } from '../../platform/db/index.ts';

export type RecordingRow = Selectable<DB['recordings']>;
export type RecordingEntryRow = Pick<Selectable<DB['recording_entries']>, 'at' | 'body'>;
export type EntryKind = 'event' | 'log' | 'chat';

/** Recordings are read as one workspace, or as an owner over all of its workspaces. */
export type ReaderTx = OwnerTx | WorkspaceTx;

/** Slugs of the apps whose recordings may be seen; undefined: of every app. */
export type AppFilter = readonly string[] | undefined;

const entriesMax = 10_000;

/** The newest recordings, newest first. */
export async function selectRecordings(tx: ReaderTx, apps: AppFilter, limit: number): Promise<RecordingRow[]> {
  let query = tx.selectFrom('recordings').selectAll().orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit);
  if (apps !== undefined) query = query.where('app', 'in', [...apps]);
  return query.execute();
}

/** How many recordings there are of each app, by slug. */
export async function countRecordingsByApp(
  tx: ReaderTx,
  apps: AppFilter,
): Promise<{ app: string; recordings: number }[]> {
  let query = tx
    .selectFrom('recordings')
    .select(['app', ({ fn }) => fn.countAll<number>().as('recordings')])
    .groupBy('app')
    .orderBy('app');
  if (apps !== undefined) query = query.where('app', 'in', [...apps]);
  return query.execute();
}

export async function findRecording(tx: ReaderTx, apps: AppFilter, id: string): Promise<RecordingRow | undefined> {
  let query = tx.selectFrom('recordings').selectAll().where('id', '=', id);
  if (apps !== undefined) query = query.where('app', 'in', [...apps]);
  return query.executeTakeFirst();
}

/** What happened in a recording, in order; at most the first ten thousand of a kind. */
export async function selectRecordingEntries(
  tx: ReaderTx,
  recordingId: string,
  kind: EntryKind,
): Promise<RecordingEntryRow[]> {
  return tx
    .selectFrom('recording_entries')
    .select(['at', 'body'])
    .where('recording_id', '=', recordingId)
    .where('kind', '=', kind)
    .orderBy('seq')
    .limit(entriesMax)
    .execute();
}
