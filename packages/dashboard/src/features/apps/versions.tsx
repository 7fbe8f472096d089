import { Button, Group, Modal, Select, Skeleton, Stack, Text } from '@mantine/core';
import { GitCompare, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyOfError } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { RowMenu, type RowAction } from '../../ui/row-menu.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { useShownApp } from './app.tsx';
import { useRollBackApp, useVersions, useVersionSpec, type App, type AppVersion } from './queries.ts';
import { SpecDiff } from './spec-diff-view.tsx';

/** `/apps/:slug/versions`: what was published, what differs, and the way back. */
export function Component() {
  const app = useShownApp();
  const list = useVersions(app.slug);
  const rollBack = useRollBackApp(app.slug);
  const { confirm } = useConfirm();
  const mayChange = useMay()('apps:write');
  const [compared, setCompared] = useState<number>();

  async function askAndRollBack({ version }: AppVersion): Promise<void> {
    const isSure = await confirm({
      title: `Put version ${version} of “${app.name}” live?`,
      text: 'Every page that embeds it gets that version from the next run on. The draft stays as it is.',
      verb: 'Roll back',
    });
    if (!isSure) return;
    rollBack.mutate(version, {
      onSuccess: () => notifyOfSuccess(`Version ${version} is live.`),
      onError: notifyOfError,
    });
  }

  function actionsFor(row: AppVersion): RowAction[] {
    return [
      { label: 'Compare', icon: GitCompare, onClick: () => setCompared(row.version) },
      ...(mayChange && !row.isLive
        ? [{ label: 'Roll back to this', icon: Undo2, onClick: () => void askAndRollBack(row) }]
        : []),
    ];
  }

  const columns: [Column<AppVersion>, ...Column<AppVersion>[]] = [
    { label: 'Version', cell: ({ version }) => `Version ${version}` },
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
    <>
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
      <Modal
        opened={compared !== undefined}
        onClose={() => setCompared(undefined)}
        title={`Version ${compared ?? ''} of ${app.name}`}
        size="xl"
      >
        {compared !== undefined && <Comparison app={app} version={compared} versions={list.rows ?? []} />}
      </Modal>
    </>
  );
}

/** `with` is a version's number, or the draft. */
function Comparison({ app, version, versions }: { app: App; version: number; versions: readonly AppVersion[] }) {
  const [other, setOther] = useState('draft');
  const base = useVersionSpec(app.slug, version);
  const second = useVersionSpec(app.slug, other === 'draft' ? undefined : Number(other));
  const otherSpec = other === 'draft' ? app.spec : second.data;
  const error = base.error ?? second.error;
  const name = other === 'draft' ? 'the draft' : `version ${other}`;

  return (
    <Stack>
      <Group align="flex-end">
        <Select
          label="Compared with"
          data={[
            { value: 'draft', label: 'The draft' },
            ...versions
              .filter((row) => row.version !== version)
              .map((row) => ({ value: String(row.version), label: `Version ${row.version}` })),
          ]}
          value={other}
          allowDeselect={false}
          onChange={(value) => setOther(value ?? 'draft')}
          w={200}
        />
        <Text c="dimmed" size="sm" pb={8}>
          + is what {name} has, − is what version {version} has.
        </Text>
      </Group>
      {error !== null && (
        <ErrorNotice error={error} onRetry={() => void Promise.all([base.refetch(), second.refetch()])} />
      )}
      {error === null && (base.data === undefined || otherSpec === undefined) && <Skeleton height={240} />}
      {base.data !== undefined && otherSpec !== undefined && (
        <SpecDiff before={base.data} after={otherSpec} label={`Difference of version ${version} and ${name}`} />
      )}
    </Stack>
  );
}
