import { Anchor, Button } from '@mantine/core';
import { Eye, FilePen, Undo2 } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RowMenu, type RowAction } from '../../ui/row-menu.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { useShownApp } from './app.tsx';
import { useVersions, type AppVersion } from './queries.ts';
import { useVersionActions } from './use-version-actions.ts';

/** `/apps/:slug/versions`: what was published, and the ways back to it. */
export function Component() {
  const app = useShownApp();
  const list = useVersions(app.slug);
  const { rollBack, restore } = useVersionActions(app);
  const navigate = useNavigate();
  const mayChange = useMay()('apps:write');
  const addressOf = ({ version }: AppVersion) => `/apps/${app.slug}/versions/${version}`;

  function actionsFor(row: AppVersion): RowAction[] {
    const { version, isLive } = row;
    return [
      { label: 'Preview and compare', icon: Eye, onClick: () => void navigate(addressOf(row)) },
      ...(mayChange ? [{ label: 'Restore as draft', icon: FilePen, onClick: () => void restore(version) }] : []),
      ...(mayChange && !isLive
        ? [{ label: 'Roll back to this', icon: Undo2, onClick: () => void rollBack(version) }]
        : []),
    ];
  }

  const columns: [Column<AppVersion>, ...Column<AppVersion>[]] = [
    {
      label: 'Version',
      cell: (row) => (
        <Anchor component={Link} to={addressOf(row)}>
          Version {row.version}
        </Anchor>
      ),
    },
    { label: 'Status', cell: ({ isLive }) => (isLive ? <Status status="live" /> : <Status status="earlier" />) },
    { label: 'Published', cell: ({ publishedAt }) => <Time at={publishedAt} /> },
    {
      label: 'Actions',
      hidesLabel: true,
      width: 60,
      cell: (row) => <RowMenu of={`version ${row.version}`} actions={actionsFor(row)} />,
    },
  ];

  return (
    <DataTable
      label="Versions"
      list={list}
      columns={columns}
      keyOf={({ version }) => String(version)}
      empty={
        <EmptyState
          title="Nothing is published yet"
          text="Each time the draft is published it becomes a version here, and stays."
          action={
            <Button component={Link} to={`/apps/${app.slug}`} variant="default">
              Go to the editor
            </Button>
          }
        />
      }
    />
  );
}
