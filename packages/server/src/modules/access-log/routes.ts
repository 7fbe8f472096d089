import { AccessLogLine, AccessLogQuery, explanationOf, ListOf } from '@microapp/contract';
import { defineRoute, pageOf, timeRangeOf, toPage, type Route } from '../../platform/http/index.ts';
import { selectLines, type AccessLogRow } from './store.ts';

export function accessLogRoutes(): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/access-log',
      scope: 'owner',
      tag: 'Logs',
      summary: 'Requests by embeds and refused requests, newest first',
      query: AccessLogQuery,
      response: ListOf(AccessLogLine),
      async operation({ tx, query }) {
        const page = pageOf(query, 'number');
        const rows = await selectLines(tx, page, {
          requestId: query.requestId,
          workspaceId: query.workspaceId,
          credentialId: query.credentialId,
          app: query.app,
          origin: query.origin,
          code: query.code,
          status: query.status === undefined ? undefined : Number(query.status),
          isRefused: query.refused === undefined ? undefined : query.refused === 'true',
          ...timeRangeOf(query),
        });
        return toPage(rows, page, { startOf: (row) => ({ at: row.at, id: String(row.id) }), present });
      },
    }),
  ];
}

function present(row: AccessLogRow) {
  return {
    at: row.at.toISOString(),
    requestId: row.request_id,
    workspaceId: row.workspace_id,
    app: row.app,
    origin: row.origin,
    address: row.address,
    credentialClass: row.credential_class,
    credentialId: row.credential_id,
    method: row.method,
    route: row.route,
    status: row.status,
    code: row.code,
    reason: row.reason,
    // A reason that the table does not have yet still says more than nothing.
    explanation: row.reason === null ? null : (explanationOf(row.reason) ?? row.reason),
    durationMs: row.duration_ms,
  };
}
