import { ListOf, Run, RunsQuery, UsageDay, UsageQuery } from '@microapp/contract';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import { selectRuns, selectUsage, type RunRow } from './store.ts';

export function usageRoutes(): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/usage',
      scope: 'owner',
      tag: 'Usage',
      summary: 'Runs per UTC day, workspace and app',
      query: UsageQuery,
      response: ListOf(UsageDay),
      async operation({ tx, query }) {
        const rows = await selectUsage(tx, { workspaceId: query.workspaceId, from: query.from, to: query.to });
        const data = rows.map((row) => ({
          day: row.day,
          workspaceId: row.workspace_id,
          appId: row.app_id,
          runs: row.runs,
          failedRuns: row.failed_runs,
        }));
        return { data, nextCursor: null };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/runs',
      scope: 'owner',
      tag: 'Usage',
      summary: 'Runs, newest first',
      query: RunsQuery,
      response: ListOf(Run),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectRuns(tx, page, { workspaceId: query.workspaceId });
        return toPage(rows, page, { startOf: (row) => ({ at: row.started_at, id: row.id }), present });
      },
    }),
  ];
}

function present(row: RunRow) {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    appId: row.app_id,
    appVersion: row.app_version,
    surfaceId: row.surface_id,
    credentialClass: row.credential_class,
    credentialId: row.credential_id,
    origin: row.origin,
    status: row.status === 'ok' ? ('ok' as const) : ('failed' as const),
    errorCode: row.error_code,
    errorDetail: row.error_detail,
    durationMs: row.duration_ms,
    startedAt: row.started_at.toISOString(),
    requestId: row.request_id,
  };
}
