import { Button, Card, Group, NumberInput, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { useList } from '../../api/queries.ts';
import { useMay } from '../../session/session.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { SaveBar } from '../../ui/save-bar.tsx';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import { Time } from '../../ui/time.tsx';
import { useAppChoices } from '../apps/queries.ts';
import { useManaged } from './manage.tsx';
import type { Workspace } from './queries.ts';
import { useChangeWorkspace } from './use-change.ts';

const quotas = [
  { name: 'runs', limit: 'runsPerDay', label: 'Runs' },
  { name: 'aiActions', limit: 'aiActionsPerDay', label: 'AI actions' },
] as const;

/** What the customer has used: today against its limits, and by day. */
export function Component() {
  const workspace = useManaged();
  return (
    <Stack gap="lg">
      <Today workspace={workspace} />
      <KeepEdits version={`${workspace.id} ${workspace.updatedAt}`}>
        <LimitsForm workspace={workspace} />
      </KeepEdits>
      <Days workspace={workspace} />
    </Stack>
  );
}

function Today({ workspace: { id } }: { workspace: Workspace }) {
  const today = useQuery({
    queryKey: ['usage', 'quotas', id],
    queryFn: async () => answerOf(api.GET('/v1/usage/quotas', { params: { query: { workspaceId: id } } })),
  });
  if (today.error !== null) return <ErrorNotice error={today.error} onRetry={() => void today.refetch()} />;
  const own = today.data?.data.find(({ scope }) => scope === 'workspace');
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} maw={640}>
      {quotas.map(({ name, label }) => {
        const use = own?.[name];
        const percent = use?.limit ? Math.min(100, (100 * use.used) / use.limit) : 0;
        return (
          <Card key={name} mih={132}>
            <Text c="dimmed">{label} today</Text>
            <Text fz={24} lh="32px" fw={600}>
              {use?.used.toLocaleString('en') ?? (own === undefined && today.data !== undefined ? '0' : '…')}
            </Text>
            <Text size="sm" c="dimmed">
              {use?.limit === undefined || use.limit === null
                ? 'No limit of its own'
                : `of ${use.limit.toLocaleString('en')}`}
            </Text>
            {percent > 0 && <Progress value={percent} mt="xs" aria-label={`${label} used`} />}
          </Card>
        );
      })}
      {own !== undefined && (
        <Text size="sm" c="dimmed">
          Counts start again <Time at={own.resetsAt} />.
        </Text>
      )}
    </SimpleGrid>
  );
}

function LimitsForm({ workspace }: { workspace: Workspace }) {
  const mayChange = useMay()('workspaces:write');
  const change = useChangeWorkspace(workspace.id);
  const initial = {
    runsPerDay: workspace.limits.runsPerDay ?? '',
    aiActionsPerDay: workspace.limits.aiActionsPerDay ?? '',
  };
  const [limits, setLimits] = useState<Record<keyof typeof initial, number | string>>(initial);
  const isDirty = quotas.some(({ limit }) => limits[limit] !== initial[limit]);

  function save(): void {
    // An empty field is no limit of the customer's own.
    const wanted = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== ''));
    change.mutate({ limits: wanted }, { onSuccess: () => notifyOfSuccess('Saved.') });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack maw={640}>
        <Title order={2}>Limits of this customer</Title>
        {change.error !== null && <ErrorNotice error={change.error} />}
        <Group grow align="flex-start">
          {quotas.map(({ limit, label }) => (
            <NumberInput
              key={limit}
              label={`${label} per day`}
              placeholder="No limit of its own"
              min={0}
              max={1_000_000_000}
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator=","
              value={limits[limit]}
              onChange={(value) => setLimits({ ...limits, [limit]: value })}
              disabled={!mayChange}
            />
          ))}
        </Group>
        {mayChange && <SaveBar isDirty={isDirty} isSaving={change.isPending} onDiscard={() => setLimits(initial)} />}
      </Stack>
    </form>
  );
}

function Days({ workspace: { id, name } }: { workspace: Workspace }) {
  const apps = useAppChoices();
  const nameOf = (appId: string): string => apps.data?.find((app) => app.id === appId)?.name ?? appId;
  const list = useList(['usage', 'days', id], (cursor) =>
    answerOf(api.GET('/v1/usage', { params: { query: { workspaceId: id, ...cursor } } })),
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>By day and app</Title>
        <Button variant="default" size="xs" onClick={list.retry}>
          Refresh
        </Button>
      </Group>
      <DataTable
        label={`Usage of ${name} by day and app`}
        list={list}
        keyOf={({ day, appId, surfaceId }) => `${day} ${appId} ${surfaceId}`}
        columns={[
          { label: 'Day (UTC)', cell: ({ day }) => day },
          { label: 'App', cell: ({ appId }) => nameOf(appId) },
          { label: 'Runs', cell: ({ runs }) => runs.toLocaleString('en'), isNumber: true },
          { label: 'Failed', cell: ({ failedRuns }) => failedRuns.toLocaleString('en'), isNumber: true },
          { label: 'AI actions', cell: ({ aiActions }) => aiActions.toLocaleString('en'), isNumber: true },
        ]}
        empty={<EmptyState title="Nothing used yet" text="Runs of this customer’s visitors are counted here by day." />}
      />
    </Stack>
  );
}
