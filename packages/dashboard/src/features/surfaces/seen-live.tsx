import { Anchor, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { useSightings, type Sighting } from './sightings.ts';

/** Short enough that whoever has just pasted the snippet sees the page appear. */
const pollMs = 2_000;
const shownMax = 8;

/** Which pages asked for the widget just now; of a page that was refused, the way to let it in. */
export function SeenLive({ surfaceId, onAdd }: { surfaceId: string; onAdd: ((origin: string) => void) | undefined }) {
  const { data: sightings, error, refetch } = useSightings(surfaceId, { refetchInterval: pollMs });
  return (
    <Card component="section" aria-label="Seen live">
      <Stack gap="sm" mih={96}>
        <Title order={2}>Seen live</Title>
        {sightings === undefined && error === null && <Skeleton height={20} width="60%" />}
        {sightings === undefined && error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {sightings?.length === 0 && (
          <Text c="dimmed">
            No page has asked for this widget yet. Paste the snippet and open the page: it appears here within seconds.
          </Text>
        )}
        <Stack gap="xs" aria-live="polite">
          {sightings?.slice(0, shownMax).map((sighting) => (
            <Seen key={sighting.origin} sighting={sighting} onAdd={onAdd} />
          ))}
        </Stack>
      </Stack>
    </Card>
  );
}

function Seen({ sighting, onAdd }: { sighting: Sighting; onAdd: ((origin: string) => void) | undefined }) {
  const { origin, lastSeenAt, outcome } = sighting;
  if (outcome === 'allowed') {
    return (
      <Group gap="xs">
        <Status status="seen" tone="good" />
        <Text>
          We saw this widget on{' '}
          <Anchor href={origin} target="_blank" rel="noreferrer" underline="always">
            {origin}
          </Anchor>{' '}
          <Time at={lastSeenAt} />.
        </Text>
      </Group>
    );
  }
  return (
    <Group gap="xs">
      <Status status="refused" tone="bad" />
      <Text>
        {origin} tried <Time at={lastSeenAt} />, and is not on the list.
      </Text>
      {onAdd !== undefined && (
        <Button size="compact-sm" variant="default" onClick={() => onAdd(origin)} aria-label={`Add ${origin}`}>
          Add it
        </Button>
      )}
    </Group>
  );
}

/** When any page last showed this surface. */
export function LastSeen({ surfaceId }: { surfaceId: string }) {
  const { data, error } = useSightings(surfaceId);
  if (data === undefined) return error === null ? <Skeleton height={20} width={80} /> : '–';
  return <Time at={data.find(({ outcome }) => outcome === 'allowed')?.lastSeenAt} />;
}
