import { ListOf, QuotaAlert, QuotaAlertsQuery, Quotas, QuotasQuery } from '@microapp/contract';
import { Run, RunsQuery, UsageDay, UsageQuery } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, pageOf, timeRangeOf, toPage, type Route } from '../../platform/http/index.ts';
import { presentAlert, presentQuotas, presentRun, presentUsage } from './present.ts';
import { selectQuotaAlerts, selectQuotaDays, selectRuns, selectUsage, type Plan } from './store.ts';
import { nextUtcDayOf, utcDayOf } from './utc-day.ts';

const tag = 'Usage';

export function usageRoutes({ clock, plan }: { clock: Clock; plan: Plan }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/usage',
      scope: 'owner',
      tag,
      summary: 'Runs per UTC day, workspace, app and surface, newest day first',
      query: UsageQuery,
      response: ListOf(UsageDay),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const { workspaceId, appId, surfaceId, from, to } = query;
        const rows = await selectUsage(tx, page, { workspaceId, appId, surfaceId, from, to });
        return toPage(rows, page, {
          startOf: (row) => ({ at: new Date(`${row.day}T00:00:00.000Z`), id: row.key }),
          present: presentUsage,
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/usage/quotas',
      scope: 'owner',
      tag,
      summary: "What is used and left of today's quotas: the owner's, each workspace's, each surface's",
      query: QuotasQuery,
      response: ListOf(Quotas),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const now = clock.now();
        const { workspaceId, surfaceId } = query;
        const rows = await selectQuotaDays(tx, { page, day: utcDayOf(now), filter: { workspaceId, surfaceId } });
        const resetsAt = nextUtcDayOf(now);
        return toPage(rows, page, {
          startOf: (row) => ({ at: resetsAt, id: row.key }),
          present: (row) => presentQuotas(row, { plan, resetsAt }),
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/usage/alerts',
      scope: 'owner',
      tag,
      summary: 'Quotas of which 80 or 100 percent were used, newest first; once each per day',
      query: QuotaAlertsQuery,
      response: ListOf(QuotaAlert),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const { workspaceId, surfaceId } = query;
        const rows = await selectQuotaAlerts(tx, page, { workspaceId, surfaceId });
        return toPage(rows, page, { startOf: (row) => ({ at: row.at, id: row.key }), present: presentAlert });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/runs',
      scope: 'owner',
      tag,
      summary: 'Runs, newest first',
      query: RunsQuery,
      response: ListOf(Run),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const { workspaceId, appId, surfaceId, credentialId, status, errorCode } = query;
        const filter = { workspaceId, appId, surfaceId, credentialId, status, errorCode, ...timeRangeOf(query) };
        const rows = await selectRuns(tx, page, filter);
        return toPage(rows, page, {
          startOf: (row) => ({ at: row.started_at, id: row.id }),
          present: presentRun,
        });
      },
    }),
  ];
}
