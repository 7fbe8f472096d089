import { Skeleton, Stack } from '@mantine/core';
import { Outlet, useOutletContext, useParams } from 'react-router';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { RouteTabs } from '../../ui/route-tabs.tsx';
import { Status } from '../../ui/status.tsx';
import { useWorkspace, type Workspace } from './queries.ts';

const tabs = [
  { to: '', label: 'Info' },
  { to: 'features', label: 'Features' },
  { to: 'embed-urls', label: 'Embed URLs' },
  { to: 'surfaces', label: 'Surfaces' },
  { to: 'usage', label: 'Usage' },
  { to: 'access-log', label: 'Access log' },
];

/** `/customers/:id`: everything about one customer. Its tabs are routes of their own. */
export function Component() {
  const { id = '' } = useParams();
  const { data: workspace, error, refetch } = useWorkspace(id);
  const parent = { to: '/customers', label: 'Customers' };

  if (workspace === undefined) {
    return (
      <Page title="Customer" parent={parent}>
        {error === null ? (
          <Stack aria-busy="true" aria-label="Loading">
            <Skeleton height={36} />
            <Skeleton height={240} />
          </Stack>
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page title={workspace.name} parent={parent} badge={<Status status={workspace.status} />}>
      <RouteTabs base={`/customers/${id}`} tabs={tabs} label="Parts of this customer" />
      <Outlet key={workspace.id} context={workspace} />
    </Page>
  );
}

/** The customer that is managed. Only in the tabs below it. */
export function useManaged(): Workspace {
  return useOutletContext<Workspace>();
}
