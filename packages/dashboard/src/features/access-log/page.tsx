import { Button, Group, Select } from '@mantine/core';
import { useMemo } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { nowMs } from '../../browser-clock.ts';
import { ExportCsv } from '../../ui/export-csv.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import { Page } from '../../ui/page.tsx';
import { ranges, startOf } from '../../ui/time-range.ts';
import { filled, useUrlState } from '../../ui/use-url-state.ts';
import { AccessLogLines, type AccessLogFilter, type AccessLogLine } from './lines.tsx';

const nothing = { requestId: '', credentialId: '', origin: '', app: '', workspaceId: '', refused: '', range: '' };

/** `/logs/access`: every request of an embed, found by the request id that a visitor was shown. */
export function Component() {
  const [filter, setFilter] = useUrlState(nothing);
  const { range, ...others } = filter;
  const from = useMemo(() => startOf(range, nowMs()), [range]);
  // The fields below hold texts, and the selects the words that the route takes.
  const query = { ...filled(others), ...from } as AccessLogFilter;
  const isFiltered = Object.keys(query).length > 0;

  return (
    <Page
      title="Access log"
      description="Who asked for what, from which page, with which credential, and why it was refused. Callers are told less than you."
      actions={
        <ExportCsv<AccessLogLine>
          name="access-log"
          fetchPage={(cursor) => answerOf(api.GET('/v1/access-log', { params: { query: { ...query, ...cursor } } }))}
          columns={[
            ['time', ({ at }) => at],
            ['request id', ({ requestId }) => requestId],
            ['method', ({ method }) => method],
            ['route', ({ route }) => route],
            ['status', ({ status }) => status],
            ['code', ({ code }) => code],
            ['reason', ({ reason }) => reason],
            ['workspace', ({ workspaceId }) => workspaceId],
            ['app', ({ app }) => app],
            ['origin', ({ origin }) => origin],
            ['credential class', ({ credentialClass }) => credentialClass],
            ['credential', ({ credentialId }) => credentialId],
            ['milliseconds', ({ durationMs }) => durationMs],
          ]}
        />
      }
    >
      <Group gap="sm" align="flex-end">
        <FilterField
          label="Request id"
          width={180}
          value={filter.requestId}
          placeholder="req_…"
          onChange={(requestId) => setFilter({ requestId })}
        />
        <FilterField
          label="Credential"
          width={180}
          value={filter.credentialId}
          placeholder="etok_… or ctok_…"
          onChange={(credentialId) => setFilter({ credentialId })}
        />
        <FilterField
          label="Origin"
          width={180}
          value={filter.origin}
          placeholder="https://www.example.com"
          onChange={(origin) => setFilter({ origin })}
        />
        <FilterField
          label="App"
          value={filter.app}
          placeholder="slug"
          width={120}
          onChange={(app) => setFilter({ app })}
        />
        <Select
          label="Outcome"
          data={[
            { value: '', label: 'Any' },
            { value: 'true', label: 'Refused' },
            { value: 'false', label: 'Not refused' },
          ]}
          value={filter.refused}
          onChange={(refused) => setFilter({ refused: refused ?? '' })}
          allowDeselect={false}
          w={{ base: '100%', xs: 130 }}
        />
        <Select
          label="Time"
          data={ranges}
          value={range}
          onChange={(value) => setFilter({ range: value ?? '' })}
          allowDeselect={false}
          w={{ base: '100%', xs: 140 }}
        />
        {isFiltered && (
          <Button variant="default" onClick={() => setFilter(nothing)}>
            Clear
          </Button>
        )}
      </Group>
      <AccessLogLines label="Requests" filter={query} isFiltered={isFiltered} />
    </Page>
  );
}
