import { auditEvents } from '@microapp/contract';
import { Code, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { nowMs } from '../../browser-clock.ts';
import { useList } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportCsv } from '../../ui/export-csv.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { ranges, startOf } from '../../ui/time-range.ts';
import { useFilters } from '../../ui/use-filters.ts';
import { customerFilter } from '../workspaces/customer-filter.tsx';
import { eventWords } from './event-words.ts';

type Operation = paths['/v1/audit']['get'];
type Entry = Operation['responses']['200']['content']['application/json']['data'][number];
type AuditFilter = Omit<NonNullable<NonNullable<Operation['parameters']>['query']>, 'cursor' | 'limit'>;

/** An id stands in one line, to be read and copied as one. */
const ofId = { fz: 12, w: 'fit-content', style: { whiteSpace: 'nowrap' } } as const;

const nothing = { targetId: '', actorId: '', event: '', workspaceId: '', range: '' };

/** `/logs/audit`: who changed what. It is written with the change, and nobody can change it. */
export function Component() {
  const filters = useFilters(nothing);
  const { range = '', ...others } = filters.query;
  const from = useMemo(() => startOf(range, nowMs()), [range]);
  const query: AuditFilter = { ...others, ...from };
  const list = useList<Entry>(['audit', query], (cursor) =>
    answerOf(api.GET('/v1/audit', { params: { query: { ...query, ...cursor } } })),
  );

  return (
    <Page
      title="Audit trail"
      description="Every change of a credential, a setting or an app, with who made it. Written with the change itself."
      actions={
        <ExportCsv<Entry>
          name="audit"
          fetchPage={(cursor) => answerOf(api.GET('/v1/audit', { params: { query: { ...query, ...cursor } } }))}
          columns={[
            ['time', ({ at }) => at],
            ['event', ({ event }) => event],
            ['target', ({ targetId }) => targetId],
            ['workspace', ({ workspaceId }) => workspaceId],
            ['actor class', ({ actorClass }) => actorClass],
            ['actor', ({ actorId }) => actorId],
            ['address', ({ address }) => address],
            ['request id', ({ requestId }) => requestId],
            ['detail', ({ detail }) => JSON.stringify(detail)],
          ]}
        />
      }
    >
      <FilterBar
        filters={filters}
        fields={[
          { name: 'targetId', label: 'What was changed', placeholder: 'An id', width: 220 },
          { name: 'actorId', label: 'Who', placeholder: 'An id', width: 220 },
          {
            name: 'event',
            label: 'Event',
            width: 220,
            choices: [
              { value: '', label: 'Every event' },
              ...auditEvents.map((event) => ({ value: event, label: eventWords(event) })),
            ],
          },
          customerFilter,
          { name: 'range', label: 'Time', choices: ranges, width: 150 },
        ]}
      />
      <DataTable
        label="Audit trail"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          { label: 'Event', cell: ({ event }) => eventWords(event) },
          { label: 'What', cell: ({ targetId }) => <Code {...ofId}>{targetId}</Code> },
          {
            label: 'Who',
            cell: ({ actorClass, actorId, address }) => (
              <Stack gap={2}>
                <span>
                  {actorClass.replaceAll('_', ' ')}{' '}
                  <Text span size="xs" c="dimmed">
                    {address ?? 'no address'}
                  </Text>
                </span>
                <Code {...ofId}>{actorId}</Code>
              </Stack>
            ),
          },
          {
            label: 'Detail',
            cell: ({ detail }) =>
              Object.keys(detail).length === 0 ? (
                '–'
              ) : (
                <Code
                  block
                  fz={12}
                  maw={360}
                  style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', textAlign: 'start' }}
                >
                  {JSON.stringify(detail)}
                </Code>
              ),
          },
          { label: 'Time', cell: ({ at }) => <Time at={at} /> },
        ]}
        empty={
          filters.isActive ? (
            <EmptyState title="No change matches" text="Widen the filter, or look at a longer time." />
          ) : (
            <EmptyState title="No change yet" text="Whatever somebody changes here is written down." />
          )
        }
      />
    </Page>
  );
}
