import { Anchor, Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { filled, useUrlState } from '../../ui/use-url-state.ts';
import { CustomerSelect } from '../workspaces/customer-select.tsx';
import { CustomerLink } from './customers.tsx';
import { useSurfaces } from './queries.ts';
import { LastSeen } from './seen-live.tsx';

/** `/surfaces`: every place where something is embedded. */
export function Component() {
  const [filter, setFilter] = useUrlState({ workspaceId: '' });
  const list = useSurfaces(filled(filter));
  const mayCreate = useMay()('surfaces:write');
  const isFiltered = filter.workspaceId !== '';
  const create = mayCreate && (
    <Button
      component={Link}
      to={isFiltered ? `/surfaces/new?workspaceId=${filter.workspaceId}` : '/surfaces/new'}
      leftSection={<Plus size={16} aria-hidden />}
    >
      New surface
    </Button>
  );

  return (
    <Page
      title="Surfaces"
      description="A surface is a place on a customer’s website: its domains, its look, and one line of script."
      actions={create}
    >
      <CustomerSelect
        aria-label="Customer"
        placeholder="All customers"
        value={filter.workspaceId}
        onChange={(workspaceId) => setFilter({ workspaceId })}
        clearable
        clearButtonProps={{ 'aria-label': 'Show all customers' }}
        maw={320}
      />
      <DataTable
        label="Surfaces"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          {
            label: 'Surface',
            cell: ({ id, name }) => (
              <Anchor component={Link} to={`/surfaces/${id}`}>
                {name}
              </Anchor>
            ),
          },
          { label: 'Customer', cell: ({ workspaceId }) => <CustomerLink workspaceId={workspaceId} /> },
          { label: 'Environment', cell: ({ environment }) => <Status status={environment} /> },
          { label: 'Apps', cell: ({ apps }) => apps.join(', ') },
          { label: 'Allowed origins', cell: ({ allowedOrigins }) => allowedOrigins.length, isNumber: true },
          { label: 'Last seen', cell: ({ id }) => <LastSeen surfaceId={id} /> },
        ]}
        empty={
          isFiltered ? (
            <EmptyState
              title="This customer has no surface yet"
              text="Make one, paste its line of script into the customer’s website, and the widget is there."
              action={create}
            />
          ) : (
            <EmptyState
              title="No surface yet"
              text="A surface puts apps on a customer’s website. Make one, and paste its line of script there."
              action={create}
            />
          )
        }
      />
    </Page>
  );
}
