import type { RecordingEntryRow, RecordingRow } from './store.ts';

/** A recording as it is called in addresses and JSON: a session. */
export function presentRecording(row: RecordingRow) {
  return {
    id: row.id,
    appId: row.app,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

export function presentEntry(row: RecordingEntryRow) {
  return { at: row.at.toISOString(), body: row.body };
}
