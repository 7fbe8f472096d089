import { Anchor, Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { filled, useUrlState } from '../../ui/use-url-state.ts';
import { AppStatus } from './app-status.tsx';
import { appKinds, nameOfKind } from './kinds/app-kinds.ts';
import { useApps, type App, type AppFilter } from './queries.ts';

const columns: [Column<App>, ...Column<App>[]] = [
  {
    label: 'App',
    cell: ({ slug, name }) => (
      <Anchor component={Link} to={`/apps/${slug}`} fw={500}>
        {name}
      </Anchor>
    ),
  },
  { label: 'Slug', cell: ({ slug }) => <code>{slug}</code> },
  { label: 'Kind', cell: ({ kind }) => nameOfKind(kind) },
  { label: 'Status', cell: (app) => <AppStatus app={app} /> },
  { label: 'Public runs', cell: ({ publicRuns }) => (publicRuns ? 'On' : 'Off') },
  { label: 'Updated', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
];

/** `/apps`: everything that can be embedded. */
export function Component() {
  const [filter, setFilter] = useUrlState({ kind: '', status: '', search: '' });
  const [typed, setTyped] = useState(filter.search);
  const search = useDebouncedCallback((text: string) => setFilter({ search: text.trim() }), 250);
  const mayCreate = useMay()('apps:write');
  // The selects offer what the server knows, and nothing else.
  const list = useApps(filled(filter) as AppFilter);
  const isFiltered = Object.values(filter).some((value) => value !== '');

  const create = mayCreate && (
    <Button component={Link} to="/apps/new" leftSection={<Plus size={16} aria-hidden />}>
      New app
    </Button>
  );

  return (
    <Page
      title="Apps"
      description="What you embed on customers’ websites. Each app is drafted, tried and published here."
      actions={create}
    >
      <Group gap="sm">
        <TextInput
          aria-label="Search apps"
          placeholder="Name or slug"
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
            { value: 'live', label: 'Live' },
            { value: 'draft', label: 'Draft' },
          ]}
          value={filter.status}
          onChange={(status) => setFilter({ status: status ?? '' })}
          allowDeselect={false}
          w={{ base: '100%', xs: 160 }}
        />
        {appKinds.length > 1 && (
          <Select
            aria-label="Kind"
            data={[{ value: '', label: 'Every kind' }, ...appKinds.map(({ kind, label }) => ({ value: kind, label }))]}
            value={filter.kind}
            onChange={(kind) => setFilter({ kind: kind ?? '' })}
            allowDeselect={false}
            w={{ base: '100%', xs: 160 }}
          />
        )}
      </Group>
      <DataTable
        label="Apps"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          isFiltered ? (
            <EmptyState
              title="No app matches"
              text="Search looks at a part of the name or of the slug."
              action={
                <Button
                  variant="default"
                  onClick={() => {
                    setTyped('');
                    setFilter({ kind: '', status: '', search: '' });
                  }}
                >
                  Show all apps
                </Button>
              }
            />
          ) : (
            <EmptyState
              title="No apps yet"
              text="An app is what a customer’s visitors use: a calculator, a quote, a text. Start from an example, or from an empty tool."
              action={create}
            />
          )
        }
      />
    </Page>
  );
}
