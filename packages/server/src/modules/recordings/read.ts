import { notFound } from '../../platform/app-error.ts';
import type { ApiKeyPrincipal } from '../../platform/http/index.ts';
import { appsOf } from './reach.ts';
import {
  findRecording,
  selectRecordingEntries,
  type EntryKind,
  type ReaderTx,
  type RecordingEntryRow,
  type RecordingRow,
} from './store.ts';

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The recording by that id. One of another tenant or app looks like one that does not exist. */
export async function readRecording(tx: ReaderTx, principal: ApiKeyPrincipal, id: string): Promise<RecordingRow> {
  // Documented ids are any text; ours are UUIDs, and the database takes nothing else for one.
  const row = uuidPattern.test(id) ? await findRecording(tx, appsOf(principal, undefined), id) : undefined;
  if (row === undefined) throw notFound('session');
  return row;
}

/** What happened in the recording by that id, of one kind. */
export async function readRecordingEntries(
  tx: ReaderTx,
  principal: ApiKeyPrincipal,
  { id, kind }: { id: string; kind: EntryKind },
): Promise<RecordingEntryRow[]> {
  const recording = await readRecording(tx, principal, id);
  return selectRecordingEntries(tx, recording.id, kind);
}
