import { ListOf, Spike, SpikesQuery, type SpikeKind } from '@microapp/contract';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import { selectSpikes, type SpikeRow } from './store.ts';

export function spikeRoutes(): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/spikes',
      scope: 'owner',
      tag: 'Logs',
      summary: 'What was out of the ordinary: mints, refusals, new origins, newest first',
      query: SpikesQuery,
      response: ListOf(Spike),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectSpikes(tx, page, {
          workspaceId: query.workspaceId,
          credentialId: query.credentialId,
          kind: query.kind,
          isOpen: query.open === undefined ? undefined : query.open === 'true',
        });
        return toPage(rows, page, { startOf: (row) => ({ at: row.started_at, id: row.id }), present });
      },
    }),
  ];
}

function present(row: SpikeRow) {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    kind: row.kind as SpikeKind, // the table's own check
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    observed: row.observed,
    expected: row.expected,
    credentialId: row.credential_id,
    origin: row.origin,
  };
}
