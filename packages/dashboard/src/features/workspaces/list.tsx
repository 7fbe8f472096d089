import { Anchor, Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { filled, useUrlState } from '../../ui/use-url-state.ts';
import { CreateWorkspace } from './create.tsx';
import { useWorkspaces, type Workspace, type WorkspaceFilter } from './queries.ts';

const columns: [Column<Workspace>, ...Column<Workspace>[]] = [
  {
    label: 'Customer',
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/customers/${id}`} fw={500}>
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

/** `/customers`: everybody whose website holds a part of the product. */
export function Component() {
  // `new` opens the dialog at once: the first steps link here.
  const [{ new: isAsked, ...filter }, setFilter] = useUrlState({ status: '', search: '', new: '' });
  const [typed, setTyped] = useState(filter.search);
  const search = useDebouncedCallback((text: string) => setFilter({ search: text.trim() }), 250);
  const [isCreating, { open, close }] = useDisclosure(isAsked !== '');
  const mayCreate = useMay()('workspaces:write');
  // The select offers these two and nothing.
  const list = useWorkspaces(filled(filter) as WorkspaceFilter);
  const isFiltered = filter.status !== '' || filter.search !== '';

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
      <Group gap="sm">
        <TextInput
          aria-label="Search customers"
          placeholder="Name or id"
          leftSection={<Search size={16} aria-hidden />}
          value={typed}
          onChange={({ currentTarget: { value } }) => {
            setTyped(value);
            search(value);
          }}
          w={{ base: '100%', xs: 280 }}
        />
        <Select
          aria-label="Status"
          data={[
            { value: '', label: 'Every status' },
            { value: 'active', label: 'Active' },
            { value: 'disabled', label: 'Disabled' },
          ]}
          value={filter.status}
          onChange={(status) => setFilter({ status: status ?? '' })}
          allowDeselect={false}
          w={{ base: '100%', xs: 160 }}
        />
      </Group>
      <DataTable
        label="Customers"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          isFiltered ? (
            <EmptyState
              title="No customer matches"
              text="Search looks at a part of the name, or the whole id."
              action={
                <Button
                  variant="default"
                  onClick={() => {
                    setTyped('');
                    setFilter({ status: '', search: '' });
                  }}
                >
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
          setFilter({ new: '' });
        }}
      />
    </Page>
  );
}
