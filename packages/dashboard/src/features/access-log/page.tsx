import { useMemo } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { nowMs } from '../../browser-clock.ts';
import { ExportCsv } from '../../ui/export-csv.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { ranges, startOf } from '../../ui/time-range.ts';
import { useFilters } from '../../ui/use-filters.ts';
import { customerFilter } from '../workspaces/customer-filter.tsx';
import { AccessLogLines, type AccessLogFilter, type AccessLogLine } from './lines.tsx';

const nothing = { requestId: '', credentialId: '', origin: '', app: '', workspaceId: '', refused: '', range: '' };

/** `/logs/access`: every request of an embed, found by the request id that a visitor was shown. */
export function Component() {
  const filters = useFilters(nothing);
  const { range = '', ...others } = filters.query;
  const from = useMemo(() => startOf(range, nowMs()), [range]);
  // The fields below hold texts, and the selects the words that the route takes.
  const query = { ...others, ...from } as AccessLogFilter;

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
      <FilterBar
        filters={filters}
        fields={[
          { name: 'requestId', label: 'Request id', placeholder: 'req_…' },
          { name: 'credentialId', label: 'Credential', placeholder: 'etok_… or ctok_…' },
          { name: 'origin', label: 'Origin', placeholder: 'https://www.example.com' },
          { name: 'app', label: 'App', placeholder: 'slug', width: 120 },
          customerFilter,
          {
            name: 'refused',
            label: 'Outcome',
            width: 130,
            choices: [
              { value: '', label: 'Any' },
              { value: 'true', label: 'Refused' },
              { value: 'false', label: 'Not refused' },
            ],
          },
          { name: 'range', label: 'Time', choices: ranges, width: 140 },
        ]}
      />
      <AccessLogLines label="Requests" filter={query} isFiltered={filters.isActive} />
    </Page>
  );
}
