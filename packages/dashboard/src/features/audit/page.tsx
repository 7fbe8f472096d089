import { Button, Code, Group, Select, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { nowMs } from '../../browser-clock.ts';
import { useList } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportCsv } from '../../ui/export-csv.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { ranges, startOf } from '../../ui/time-range.ts';
import { filled, useUrlState } from '../../ui/use-url-state.ts';
import { eventWords } from './event-words.ts';

type Operation = paths['/v1/audit']['get'];
type Entry = Operation['responses']['200']['content']['application/json']['data'][number];
type AuditFilter = Omit<NonNullable<NonNullable<Operation['parameters']>['query']>, 'cursor' | 'limit'>;

/** An id stands in one line, to be read and copied as one. */
const ofId = { fz: 12, w: 'fit-content', style: { whiteSpace: 'nowrap' } } as const;

const nothing = { targetId: '', actorId: '', event: '', workspaceId: '', range: '' };

/** `/logs/audit`: who changed what. It is written with the change, and nobody can change it. */
export function Component() {
  const [filter, setFilter] = useUrlState(nothing);
  const { range, ...others } = filter;
  const from = useMemo(() => startOf(range, nowMs()), [range]);
  const query: AuditFilter = { ...filled(others), ...from };
  const isFiltered = Object.keys(query).length > 0;
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
      <Group gap="sm" align="flex-end">
        <FilterField
          label="What was changed"
          value={filter.targetId}
          placeholder="An id"
          onChange={(targetId) => setFilter({ targetId })}
        />
        <FilterField
          label="Who"
          value={filter.actorId}
          placeholder="An id"
          onChange={(actorId) => setFilter({ actorId })}
        />
        <FilterField
          label="Event"
          value={filter.event}
          placeholder="embed-token.revoked"
          onChange={(event) => setFilter({ event })}
        />
        <Select
          label="Time"
          data={ranges}
          value={range}
          onChange={(value) => setFilter({ range: value ?? '' })}
          allowDeselect={false}
          w={{ base: '100%', xs: 150 }}
        />
        {isFiltered && (
          <Button variant="default" onClick={() => setFilter(nothing)}>
            Clear
          </Button>
        )}
      </Group>
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
          isFiltered ? (
            <EmptyState title="No change matches" text="Widen the filter, or look at a longer time." />
          ) : (
            <EmptyState title="No change yet" text="Whatever somebody changes here is written down." />
          )
        }
      />
    </Page>
  );
}
