import { Anchor, Code, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { nowMs } from '../../browser-clock.ts';
import { useList } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportCsv } from '../../ui/export-csv.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { ranges, startOf } from '../../ui/time-range.ts';
import { useFilters } from '../../ui/use-filters.ts';
import { useAppChoices } from '../apps/queries.ts';
import { CustomerLink } from '../surfaces/customers.tsx';
import { customerFilter } from '../workspaces/customer-filter.tsx';

type Operation = paths['/v1/runs']['get'];
type Run = Operation['responses']['200']['content']['application/json']['data'][number];
type RunsFilter = Omit<NonNullable<NonNullable<Operation['parameters']>['query']>, 'cursor' | 'limit'>;

const nothing = { appId: '', status: '', workspaceId: '', surfaceId: '', credentialId: '', range: '' };

/** `/logs/runs`: the ledger of runs. It holds neither what went in nor what came out. */
export function Component() {
  const filters = useFilters(nothing);
  const { range = '', ...others } = filters.query;
  const from = useMemo(() => startOf(range, nowMs()), [range]);
  // The fields below hold texts, and the selects the words that the route takes.
  const query = { ...others, ...from } as RunsFilter;
  const apps = useAppChoices();
  const nameOf = (appId: string): string => apps.data?.find(({ id }) => id === appId)?.name ?? appId;
  const list = useList<Run>(['runs', query], (cursor) =>
    answerOf(api.GET('/v1/runs', { params: { query: { ...query, ...cursor } } })),
  );

  return (
    <Page
      title="Runs"
      description="Every run of a tool: for whom, how it ended, how long it took. Inputs and results are not kept."
      actions={
        <ExportCsv<Run>
          name="runs"
          fetchPage={(cursor) => answerOf(api.GET('/v1/runs', { params: { query: { ...query, ...cursor } } }))}
          columns={[
            ['started', ({ startedAt }) => startedAt],
            ['run', ({ id }) => id],
            ['app', ({ appId }) => nameOf(appId)],
            ['version', ({ appVersion }) => appVersion],
            ['status', ({ status }) => status],
            ['error', ({ errorCode }) => errorCode],
            ['detail', ({ errorDetail }) => errorDetail],
            ['milliseconds', ({ durationMs }) => durationMs],
            ['workspace', ({ workspaceId }) => workspaceId],
            ['surface', ({ surfaceId }) => surfaceId],
            ['origin', ({ origin }) => origin],
            ['credential', ({ credentialId }) => credentialId],
            ['request id', ({ requestId }) => requestId],
          ]}
        />
      }
    >
      <FilterBar
        filters={filters}
        fields={[
          {
            name: 'appId',
            label: 'App',
            width: 220,
            choices: [
              { value: '', label: 'Every app' },
              ...(apps.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ],
          },
          {
            name: 'status',
            label: 'Status',
            width: 150,
            choices: [
              { value: '', label: 'Every status' },
              { value: 'ok', label: 'Ended well' },
              { value: 'failed', label: 'Failed' },
              { value: 'canceled', label: 'Canceled' },
              { value: 'running', label: 'Running' },
            ],
          },
          customerFilter,
          { name: 'surfaceId', label: 'Surface', placeholder: 'srf_…' },
          { name: 'range', label: 'Time', choices: ranges, width: 150 },
        ]}
      />
      <DataTable
        label="Runs"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          {
            label: 'App',
            cell: ({ appId, appVersion, id }) => (
              <Stack gap={2}>
                <span>
                  {nameOf(appId)}{' '}
                  <Text span c="dimmed" inherit>
                    {appVersion === 0 ? 'draft' : `version ${appVersion}`}
                  </Text>
                </span>
                <Code fz={12} w="fit-content">
                  {id}
                </Code>
              </Stack>
            ),
          },
          {
            label: 'Status',
            cell: ({ status, errorCode, errorDetail }) => (
              <Stack gap={2}>
                <Status status={status} />
                {errorCode !== null && (
                  <Text size="xs" c="dimmed" maw={300}>
                    {errorCode}
                    {errorDetail === null ? '' : `: ${errorDetail}`}
                  </Text>
                )}
              </Stack>
            ),
          },
          {
            label: 'Customer',
            cell: ({ workspaceId, origin }) => (
              <Stack gap={2}>
                <CustomerLink workspaceId={workspaceId} />
                <Text size="xs" c="dimmed">
                  {origin ?? 'no page'}
                </Text>
              </Stack>
            ),
          },
          {
            label: 'Took',
            cell: ({ durationMs }) => (durationMs === null ? '…' : `${Math.round(durationMs)} ms`),
            isNumber: true,
          },
          { label: 'Started', cell: ({ startedAt }) => <Time at={startedAt} /> },
          {
            label: 'Request',
            cell: ({ requestId }) => (
              <Anchor component={Link} to={`/logs/access?requestId=${requestId}`} size="xs" ff="monospace">
                {requestId}
              </Anchor>
            ),
          },
        ]}
        empty={
          filters.isActive ? (
            <EmptyState title="No run matches" text="Widen the filter, or look at a longer time." />
          ) : (
            <EmptyState title="No run yet" text="Try a tool in its preview, or on a customer’s page." />
          )
        }
      />
    </Page>
  );
}
