import { AuditEntry, AuditQuery, ListOf } from '@microapp/contract';
import { defineRoute, pageOf, timeRangeOf, toPage, type Route } from '../../platform/http/index.ts';
import { selectAuditEntries, type AuditRow } from './store.ts';

export function auditRoutes(): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/audit',
      scope: 'owner',
      tag: 'Logs',
      summary: 'Every change of a credential or setting, newest first',
      query: AuditQuery,
      response: ListOf(AuditEntry),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectAuditEntries(tx, page, {
          workspaceId: query.workspaceId,
          event: query.event,
          actorId: query.actorId,
          targetId: query.targetId,
          requestId: query.requestId,
          ...timeRangeOf(query),
        });
        return toPage(rows, page, { startOf: ({ at, id }) => ({ at, id }), present });
      },
    }),
  ];
}

function present(row: AuditRow) {
  return {
    id: row.id,
    at: row.at.toISOString(),
    workspaceId: row.workspace_id,
    actorClass: row.actor_class,
    actorId: row.actor_id,
    address: row.address,
    requestId: row.request_id,
    event: row.event,
    targetId: row.target_id,
    detail: row.detail as Record<string, unknown>, // written as an object by recordAudit
  };
}
