import { Card, NumberInput, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { SaveBar } from '../../ui/save-bar.tsx';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import { Time } from '../../ui/time.tsx';
import { useSurfaceActions, type Surface } from './queries.ts';
import { useMayChange, useOpenSurface } from './surface.tsx';

type LimitName = keyof Surface['limits'];

const fields: readonly { name: LimitName; label: string; description: string; whenEmpty: string; min: number }[] = [
  {
    name: 'runsPerDay',
    label: 'Runs per day',
    description: 'A run that fails is given back.',
    whenEmpty: 'As the customer',
    min: 0,
  },
  {
    name: 'aiActionsPerDay',
    label: 'AI actions per day',
    description: 'Steps that ask a model.',
    whenEmpty: 'As the customer',
    min: 0,
  },
  {
    name: 'mintsPerMinute',
    label: 'Sessions per minute',
    description: 'How often the client token may ask for one, from everywhere together.',
    whenEmpty: '300',
    min: 1,
  },
  {
    name: 'messagesPerSession',
    label: 'Messages per session',
    description: 'What one visitor may write in one visit.',
    whenEmpty: 'No limit',
    min: 0,
  },
];

const mintsMax = 100_000;
const othersMax = 1_000_000_000;

/** What the surface may use, and what it has used today. */
export function Component() {
  const surface = useOpenSurface();
  return (
    <Stack gap="lg" maw={640}>
      <Today surface={surface} />
      <KeepEdits version={`${surface.id} ${surface.updatedAt}`}>
        <LimitsForm surface={surface} />
      </KeepEdits>
    </Stack>
  );
}

function Today({ surface: { id: surfaceId, limits } }: { surface: Surface }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', 'quotas', { surfaceId }],
    queryFn: async () => answerOf(api.GET('/v1/usage/quotas', { params: { query: { surfaceId } } })),
  });
  if (error !== null && data === undefined) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const own = data?.data.find((quotas) => quotas.surfaceId === surfaceId);
  return (
    <Stack gap="xs">
      <Title order={2}>Today</Title>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Use label="Runs" used={own?.runs.used} limit={limits.runsPerDay} isLoading={data === undefined} />
        <Use
          label="AI actions"
          used={own?.aiActions.used}
          limit={limits.aiActionsPerDay}
          isLoading={data === undefined}
        />
      </SimpleGrid>
      <Text size="sm" c="dimmed" mih={20}>
        {own !== undefined && (
          <>
            Counts start again <Time at={own.resetsAt} />.
          </>
        )}
      </Text>
    </Stack>
  );
}

type UseProps = { label: string; used: number | undefined; limit: number | undefined; isLoading: boolean };

/** A surface that was not used yet today has no count. */
function Use({ label, used = 0, limit, isLoading }: UseProps) {
  return (
    <Card mih={132}>
      <Text c="dimmed">{label}</Text>
      {isLoading ? (
        <Skeleton height={32} width={64} />
      ) : (
        <Text fz={24} lh="32px" fw={600}>
          {used.toLocaleString('en')}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {limit === undefined ? 'No limit of its own' : `of ${limit.toLocaleString('en')}`}
      </Text>
      {limit !== undefined && limit > 0 && (
        <Progress
          value={Math.min(100, (100 * used) / limit)}
          mt="xs"
          aria-label={`${label}: ${used} of ${limit} used today`}
        />
      )}
    </Card>
  );
}

function LimitsForm({ surface }: { surface: Surface }) {
  const mayChange = useMayChange();
  const { change } = useSurfaceActions(surface.id);
  const initial = Object.fromEntries(fields.map(({ name }) => [name, surface.limits[name] ?? '']));
  const [limits, setLimits] = useState<Record<string, number | string>>(initial);
  const isDirty = fields.some(({ name }) => limits[name] !== initial[name]);
  const paths = fields.map(({ name }) => `limits.${name}`);
  const found = change.error === null ? undefined : issuesByField(change.error, paths);

  function save(): void {
    // An empty field is no limit of the surface's own.
    const wanted = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== ''));
    change.mutate(
      { limits: wanted },
      { onSuccess: () => notifyOfSuccess('Saved. The limits hold from the next request.') },
    );
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack>
        <Title order={2}>Limits of this surface</Title>
        <Text c="dimmed">
          They add to the customer’s own limits and yours: whichever is reached first holds. Leave a field empty for
          none.
        </Text>
        {found?.rest !== undefined && <ErrorNotice error={found.rest} />}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {fields.map(({ name, label, description, whenEmpty, min }) => (
            <NumberInput
              key={name}
              label={label}
              description={description}
              placeholder={whenEmpty}
              min={min}
              max={name === 'mintsPerMinute' ? mintsMax : othersMax}
              clampBehavior="strict"
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator=","
              value={limits[name] ?? ''}
              onChange={(value) => setLimits({ ...limits, [name]: value })}
              error={found?.fields[`limits.${name}`]}
              readOnly={!mayChange}
            />
          ))}
        </SimpleGrid>
        {mayChange && (
          <SaveBar
            isDirty={isDirty}
            isSaving={change.isPending}
            onDiscard={() => {
              setLimits(initial);
              change.reset();
            }}
          />
        )}
      </Stack>
    </form>
  );
}
