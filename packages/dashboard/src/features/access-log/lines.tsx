import { Anchor, Code, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { useList, type List } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { CustomerLink } from '../surfaces/customers.tsx';

type Operation = paths['/v1/access-log']['get'];
export type AccessLogLine = Operation['responses']['200']['content']['application/json']['data'][number];
export type AccessLogFilter = Omit<NonNullable<NonNullable<Operation['parameters']>['query']>, 'cursor' | 'limit'>;

/** The access log, newest first. */
export function useAccessLog(filter: AccessLogFilter): List<AccessLogLine> {
  return useList(['access-log', filter], (cursor) =>
    answerOf(api.GET('/v1/access-log', { params: { query: { ...filter, ...cursor } } })),
  );
}

function toneOf(status: number): Tone {
  if (status < 400) return 'good';
  return status >= 500 ? 'bad' : 'warn';
}

/** The route with the app that was asked for in its place; where it has none, behind it. */
function addressOf(route: string, app: string | null): string {
  if (app === null) return route;
  return route.includes(':slug') ? route.replace(':slug', app) : `${route} (${app})`;
}

const time: Column<AccessLogLine> = { label: 'Time', cell: ({ at }) => <Time at={at} /> };
const request: Column<AccessLogLine> = {
  label: 'Request',
  cell: ({ method, route, app, requestId }) => (
    <Stack gap={2}>
      <span style={{ overflowWrap: 'anywhere' }}>
        {method} {addressOf(route, app)}
      </span>
      <Anchor
        component={Link}
        to={`/logs/access?requestId=${requestId}`}
        size="xs"
        c="dimmed"
        ff="monospace"
        style={{ whiteSpace: 'nowrap' }}
      >
        {requestId}
      </Anchor>
    </Stack>
  ),
};
const outcome: Column<AccessLogLine> = {
  label: 'Outcome',
  cell: ({ status, code, explanation, reason }) => (
    <Stack gap={2}>
      <Status status={`${status}${code === null ? '' : ` ${code}`}`} tone={toneOf(status)} />
      {explanation !== null && (
        <Text size="xs" c="dimmed" maw={360} title={reason ?? ''}>
          {explanation}
        </Text>
      )}
    </Stack>
  ),
};
const caller: Column<AccessLogLine> = {
  label: 'From',
  cell: ({ origin, credentialClass, credentialId }) => (
    <Stack gap={2}>
      <Text span inherit style={{ overflowWrap: 'anywhere' }}>
        {origin ?? 'no page'}
      </Text>
      {credentialId === null ? (
        <Text size="xs" c="dimmed">
          {credentialClass?.replaceAll('_', ' ') ?? 'no credential'}
        </Text>
      ) : (
        <Code fz={12} w="fit-content" style={{ whiteSpace: 'nowrap' }}>
          {credentialId}
        </Code>
      )}
    </Stack>
  ),
};
const customer: Column<AccessLogLine> = {
  label: 'Customer',
  cell: ({ workspaceId }) => (workspaceId === null ? '–' : <CustomerLink workspaceId={workspaceId} />),
};
const duration: Column<AccessLogLine> = {
  label: 'Took',
  cell: ({ durationMs }) => `${Math.round(durationMs)} ms`,
  isNumber: true,
};

/** Requests as the log keeps them, with the reason of a refusal as a sentence. `isFiltered`: an empty list may be so by the filter. */
export function AccessLogLines({
  filter,
  isFiltered,
  label,
}: {
  filter: AccessLogFilter;
  isFiltered: boolean;
  label: string;
}) {
  const list = useAccessLog(filter);
  return (
    <DataTable
      label={label}
      list={list}
      columns={
        filter.workspaceId === undefined
          ? [request, outcome, customer, caller, duration, time]
          : [request, outcome, caller, duration, time]
      }
      keyOf={({ requestId, at, route }) => `${requestId} ${at} ${route}`}
      empty={
        isFiltered ? (
          <EmptyState title="No request matches" text="Widen the filter, or look at a longer time." />
        ) : (
          <EmptyState
            title="No request yet"
            text="Every request of an embed is written down here: who, from which page, with which credential, and why it was refused."
          />
        )
      }
    />
  );
}
