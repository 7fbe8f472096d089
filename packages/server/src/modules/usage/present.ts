import type { QuotaName, Quotas, QuotaScope, RunStatus } from '@microapp/contract';
import { remainingOf } from './quotas.ts';
import type { Plan, QuotaAlertRow, QuotaDayRow, RunRow, UsageDayRow } from './store.ts';

export function presentUsage(row: UsageDayRow) {
  return {
    day: row.day,
    workspaceId: row.workspace_id,
    appId: row.app_id,
    surfaceId: row.surface_id,
    runs: row.runs,
    failedRuns: row.failed_runs,
    canceledRuns: row.canceled_runs,
    aiActions: row.ai_actions,
  };
}

export function presentRun(row: RunRow) {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    appId: row.app_id,
    appVersion: row.app_version,
    surfaceId: row.surface_id,
    credentialClass: row.credential_class,
    credentialId: row.credential_id,
    origin: row.origin,
    status: row.status as RunStatus, // the table's own check
    errorCode: row.error_code,
    errorDetail: row.error_detail,
    durationMs: row.duration_ms,
    startedAt: row.started_at.toISOString(),
    requestId: row.request_id,
  };
}

/** Today's quotas of one scope. The owner's limits are the plan's; the others' are set by the owner, or are not there. */
export function presentQuotas(row: QuotaDayRow, { plan, resetsAt }: { plan: Plan; resetsAt: Date }): Quotas {
  const scope = scopeOf(row);
  const { runsPerDay, aiActionsPerDay } = scope === 'owner' ? plan : row.limits;
  return {
    scope,
    workspaceId: row.workspace_id,
    surfaceId: row.surface_id,
    runs: useOf(runsPerDay, row.runs),
    aiActions: useOf(aiActionsPerDay, row.ai_actions),
    failedRuns: scope === 'owner' ? useOf(plan.failedRunsPerDay, row.failed_runs) : null,
    resetsAt: resetsAt.toISOString(),
  };
}

export function presentAlert(row: QuotaAlertRow) {
  return {
    at: row.at.toISOString(),
    day: row.day,
    scope: scopeOf(row),
    workspaceId: row.workspace_id,
    surfaceId: row.surface_id,
    quota: row.quota as QuotaName, // the table's own check
    thresholdPercent: row.threshold_percent,
    limit: row.allowed,
  };
}

function scopeOf(row: { workspace_id: string | null; surface_id: string | null }): QuotaScope {
  if (row.surface_id !== null) return 'surface';
  return row.workspace_id === null ? 'owner' : 'workspace';
}

function useOf(limit: number | undefined, used: number): Quotas['runs'] {
  return { limit: limit ?? null, used, remaining: limit === undefined ? null : remainingOf(limit, used) };
}
