import { Anchor, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { useFilters } from '../../ui/use-filters.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import { CreateWorkspace } from './create.tsx';
import { useWorkspaces, type Workspace, type WorkspaceFilter } from './queries.ts';

const columns: [Column<Workspace>, ...Column<Workspace>[]] = [
  {
    label: 'Customer',
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/customers/${id}`}>
        {name}
      </Anchor>
    ),
  },
  { label: 'Status', cell: ({ status }) => <Status status={status} /> },
  { label: 'Portal', cell: ({ portalEnabled }) => (portalEnabled ? 'On' : 'Off') },
  { label: 'Features', cell: ({ features }) => features.length, isNumber: true },
  { label: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    label: 'Manage',
    hidesLabel: true,
    width: 110,
    cell: ({ id, name }) => (
      <Button component={Link} to={`/customers/${id}`} variant="default" size="xs" aria-label={`Manage ${name}`}>
        Manage
      </Button>
    ),
  },
];

const nothing = { status: '', search: '' };

/** `/customers`: everybody whose website holds a part of the product. */
export function Component() {
  const filters = useFilters(nothing);
  // The first steps link here: the dialog is open at once, and what it makes leads on to the next step.
  const [{ new: asked, app }, setAsked] = useUrlState({ new: '', app: '' });
  const [isCreating, { open, close }] = useDisclosure(asked !== '');
  const navigate = useNavigate();
  const mayCreate = useMay()('workspaces:write');
  // The select offers these two and nothing.
  const list = useWorkspaces(filters.query as WorkspaceFilter);

  const create = mayCreate && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={open}>
      New customer
    </Button>
  );

  return (
    <Page
      title="Customers"
      description="Each customer has a workspace: the wall around its data, its tokens and its surfaces."
      actions={create}
    >
      <FilterBar
        filters={filters}
        hidesLabels
        fields={[
          { name: 'search', label: 'Search customers', placeholder: 'Name or id', width: 280 },
          {
            name: 'status',
            label: 'Status',
            width: 160,
            choices: [
              { value: '', label: 'Every status' },
              { value: 'active', label: 'Active' },
              { value: 'disabled', label: 'Disabled' },
            ],
          },
        ]}
      />
      <DataTable
        label="Customers"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          filters.isActive ? (
            <EmptyState
              title="No customer matches"
              text="Search looks at a part of the name, or the whole id."
              action={
                <Button variant="default" onClick={filters.clear}>
                  Show all customers
                </Button>
              }
            />
          ) : (
            <EmptyState
              title="No customers yet"
              text="A customer is a company on whose website parts of your product stand. Make the first one."
              action={create}
            />
          )
        }
      />
      <CreateWorkspace
        opened={isCreating}
        onClose={() => {
          close();
          setAsked({ new: '', app: '' });
        }}
        onCreated={async ({ id, name }) => {
          if (asked !== 'first') return navigate(`/customers/${id}`);
          notifyOfSuccess(`${name} is there. Next: the place on its website.`);
          return navigate(`/surfaces/new?${new URLSearchParams({ workspaceId: id, app })}`);
        }}
      />
    </Page>
  );
}
