import type { WorkspaceTx } from '../../platform/db/index.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { insertCountedRun } from './store.ts';

export type FinishedRun = {
  id: string;
  appId: string;
  appVersion: number;
  startedAt: Date;
  durationMs: number;
  requestId: string;
  outcome: { status: 'ok' } | { status: 'failed'; errorCode: string; errorDetail: string };
};

const errorDetailLengthMax = 2000;

/** Counts a run: its row, and the UTC day's counter, in the transaction given. */
export async function recordRun(tx: WorkspaceTx, principal: EmbedPrincipal, run: FinishedRun): Promise<void> {
  const failed = run.outcome.status === 'failed' ? run.outcome : undefined;
  const row = {
    id: run.id,
    owner_id: principal.ownerId,
    workspace_id: principal.workspaceId,
    app_id: run.appId,
    app_version: run.appVersion,
    surface_id: principal.surfaceId ?? null,
    credential_class: principal.credentialClass,
    credential_id: principal.credentialId,
    origin: principal.origin ?? null,
    status: run.outcome.status,
    error_code: failed?.errorCode ?? null,
    error_detail: failed?.errorDetail.replaceAll('\0', '').slice(0, errorDetailLengthMax) ?? null,
    duration_ms: run.durationMs,
    started_at: run.startedAt,
    request_id: run.requestId,
  };
  const usage = {
    owner_id: principal.ownerId,
    workspace_id: principal.workspaceId,
    app_id: run.appId,
    day: run.startedAt.toISOString().slice(0, 10),
    runs: failed === undefined ? 1 : 0,
    failed_runs: failed === undefined ? 0 : 1,
  };
  await insertCountedRun(tx, row, usage);
}
