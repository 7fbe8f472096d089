import { Anchor, Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { useFilters } from '../../ui/use-filters.ts';
import { AppStatus } from './app-status.tsx';
import { appKinds, nameOfKind } from './kinds/app-kinds.ts';
import { useApps, type App, type AppFilter } from './queries.ts';

const columns: [Column<App>, ...Column<App>[]] = [
  {
    label: 'App',
    cell: ({ slug, name }) => (
      <Anchor component={Link} to={`/apps/${slug}`}>
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

const nothing = { kind: '', status: '', search: '' };

/** `/apps`: everything that can be embedded. */
export function Component() {
  const filters = useFilters(nothing);
  const mayCreate = useMay()('apps:write');
  // The selects offer what the server knows, and nothing else.
  const list = useApps(filters.query as AppFilter);

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
      <FilterBar
        filters={filters}
        hidesLabels
        fields={[
          { name: 'search', label: 'Search apps', placeholder: 'Name or slug', width: 280 },
          {
            name: 'status',
            label: 'Status',
            width: 160,
            choices: [
              { value: '', label: 'Every status' },
              { value: 'live', label: 'Live' },
              { value: 'draft', label: 'Draft' },
            ],
          },
          ...(appKinds.length > 1
            ? [
                {
                  name: 'kind' as const,
                  label: 'Kind',
                  width: 160,
                  choices: [
                    { value: '', label: 'Every kind' },
                    ...appKinds.map(({ kind, label }) => ({ value: kind, label })),
                  ],
                },
              ]
            : []),
        ]}
      />
      <DataTable
        label="Apps"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          filters.isActive ? (
            <EmptyState
              title="No app matches"
              text="Search looks at a part of the name or of the slug."
              action={
                <Button variant="default" onClick={filters.clear}>
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
