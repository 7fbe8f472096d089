import { SegmentedControl } from '@mantine/core';
import { useUrlState } from '../../ui/use-url-state.ts';
import { AccessLogLines } from '../access-log/lines.tsx';
import { useManaged } from './manage.tsx';

/** What was asked for with this customer's credentials. */
export function Component() {
  const { id, name } = useManaged();
  const [filter, setFilter] = useUrlState({ show: 'all' });
  const isRefused = filter.show === 'refused';
  return (
    <>
      <SegmentedControl
        aria-label="Requests to show"
        data={[
          { value: 'all', label: 'All requests' },
          { value: 'refused', label: 'Refused' },
        ]}
        value={filter.show}
        onChange={(show) => setFilter({ show })}
        w="fit-content"
      />
      <AccessLogLines
        label={`Requests of ${name}`}
        filter={{ workspaceId: id, ...(isRefused && { refused: 'true' }) }}
        isFiltered={isRefused}
      />
    </>
  );
}
