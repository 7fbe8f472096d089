import { Alert, Anchor, Card, Group, Progress, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { FirstSteps } from './first-steps.tsx';
import type { Overview } from './answer.ts';
import { changeWords } from './change-words.ts';

/** Fast enough for “we saw your page two seconds ago”, and no load to speak of. */
const refetchMs = 3_000;

const counts = [
  { name: 'runs', label: 'Runs', to: '/logs/runs' },
  { name: 'failedRuns', label: 'Failed runs', to: '/logs/runs?status=failed' },
  { name: 'sessions', label: 'Visitor sessions', to: '/logs/access' },
  { name: 'refusals', label: 'Refused requests', to: '/logs/access?refused=true' },
] as const;

/** `/`: what happened today, what is left, what needs a look, and, at first, the way to a working embed. */
export function Component() {
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: async () => answerOf(api.GET('/v1/overview')),
    refetchInterval: refetchMs,
  });
  const { data, error } = overview;

  return (
    <Page title="Overview" description="Today counts from midnight UTC, yesterday until the same time of the day.">
      {error !== null && <ErrorNotice error={error} onRetry={() => void overview.refetch()} />}
      {data === undefined ? (
        error === null && <Skeleton height={320} aria-label="Loading" />
      ) : (
        <FirstSteps steps={data.firstSteps} />
      )}
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        {counts.map(({ name, label, to }) => (
          <Card key={name} padding="md" mih={116}>
            <Anchor component={Link} to={to} c="dimmed">
              {label}
            </Anchor>
            <Text fz={24} lh="32px" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
              {data === undefined ? '…' : data.today[name].toLocaleString('en')}
            </Text>
            <Text size="sm" c="dimmed">
              {data === undefined ? ' ' : changeWords(data.today[name], data.yesterday[name])}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      <Spikes />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Quotas />
        <Refusals reasons={data?.refusedWhy} />
      </SimpleGrid>
    </Page>
  );
}

const quotaLabels = [
  { name: 'runs', label: 'Runs' },
  { name: 'aiActions', label: 'AI actions' },
  { name: 'failedRuns', label: 'Failed runs' },
] as const;

function Quotas() {
  const quotas = useQuery({
    queryKey: ['usage', 'quotas'],
    queryFn: async () => answerOf(api.GET('/v1/usage/quotas')),
    refetchInterval: 10 * refetchMs,
  });
  if (quotas.error !== null) return <ErrorNotice error={quotas.error} onRetry={() => void quotas.refetch()} />;
  const own = quotas.data?.data.find(({ scope }) => scope === 'owner');
  return (
    <Stack gap="sm">
      <Title order={2}>Left today</Title>
      {quotaLabels.map(({ name, label }) => {
        const use = own?.[name];
        const percent = use?.limit ? Math.min(100, (100 * use.used) / use.limit) : 0;
        return (
          <div key={name}>
            <Group justify="space-between">
              <Text>{label}</Text>
              <Text c="dimmed">
                {use === undefined || use === null || use.remaining === null
                  ? '…'
                  : `${use.remaining.toLocaleString('en')} of ${(use.limit ?? 0).toLocaleString('en')} left`}
              </Text>
            </Group>
            <Progress
              value={percent}
              color={percent >= 100 ? 'red' : percent >= 80 ? 'amber' : 'iris'}
              aria-label={`${label} used: ${Math.round(percent)} %`}
            />
          </div>
        );
      })}
      {own !== undefined && (
        <Text size="sm" c="dimmed">
          Counts start again <Time at={own.resetsAt} />.
        </Text>
      )}
    </Stack>
  );
}

function Refusals({ reasons }: { reasons: Overview['refusedWhy'] | undefined }) {
  return (
    <Stack gap="sm">
      <Title order={2}>Why requests were refused today</Title>
      {reasons === undefined && <Skeleton height={100} />}
      {reasons?.length === 0 && <Text c="dimmed">No request was refused today.</Text>}
      {reasons !== undefined && reasons.length > 0 && (
        <Table aria-label="Why requests were refused today">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Reason</Table.Th>
              <Table.Th ta="right">Requests</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {reasons.map(({ reason, explanation, count }) => (
              <Table.Tr key={reason}>
                <Table.Th scope="row" fw={400} ta="start">
                  {explanation ?? reason}
                </Table.Th>
                <Table.Td ta="right">{count.toLocaleString('en')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

const spikeWords = {
  mints: 'Far more sessions than usual',
  refusals: 'Far more refusals than usual',
  new_origin: 'A credential is used on a page where it never was',
} as const;

function Spikes() {
  const spikes = useQuery({
    queryKey: ['spikes', 'open'],
    queryFn: async () => answerOf(api.GET('/v1/spikes', { params: { query: { open: 'true', limit: '5' } } })),
    refetchInterval: 10 * refetchMs,
  });
  if (spikes.error !== null) return <ErrorNotice error={spikes.error} onRetry={() => void spikes.refetch()} />;
  return spikes.data?.data.map(({ id, kind, workspaceId, startedAt, observed, expected, origin, credentialId }) => (
    <Alert key={id} variant="default" title={spikeWords[kind]} role="status">
      <Text>
        Since <Time at={startedAt} />
        {kind === 'new_origin'
          ? `: ${credentialId ?? 'a credential'} on ${origin ?? 'an unknown page'}.`
          : `: ${observed.toLocaleString('en')} in five minutes, where ${expected.toFixed(1)} were to be expected.`}{' '}
        <Anchor component={Link} to={`/customers/${workspaceId}/access-log`} underline="always">
          Look at the requests
        </Anchor>
      </Text>
    </Alert>
  ));
}
