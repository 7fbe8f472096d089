import { Button, Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { Circle, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Time } from '../../ui/time.tsx';
import type { Overview } from './answer.ts';

type Step = { title: string; text: ReactNode; isDone: boolean; to: string; verb: string };

/**
 * The way from nothing to a working embed, each step with its link, checked off as it happens. It goes away when it is
 * walked, or when somebody says that they know the way.
 */
export function FirstSteps({ steps }: { steps: Overview['firstSteps'] }) {
  const [isHidden, setHidden] = useLocalStorage({ key: 'microapp-first-steps-hidden', defaultValue: false });
  const all = stepsOf(steps);
  const doneCount = all.filter(({ isDone }) => isDone).length;
  const next = all.find(({ isDone }) => !isDone);
  if (isHidden) return undefined;

  return (
    <Card component="section" aria-label="First steps">
      <Stack gap="md">
        <Group justify="space-between">
          <Title order={2}>{next === undefined ? 'Your first embed is live' : 'From here to a working embed'}</Title>
          <Text c="dimmed">
            {doneCount} of {all.length} done
          </Text>
        </Group>
        <Progress value={(100 * doneCount) / all.length} aria-label={`${doneCount} of ${all.length} steps done`} />
        <Stack component="ol" gap="sm" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {all.map((step) => (
            <StepRow key={step.title} step={step} isNext={step === next} />
          ))}
        </Stack>
        <Group>
          <Button variant="default" size="xs" onClick={() => setHidden(true)}>
            {next === undefined ? 'Done' : 'Hide the steps'}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function StepRow({ step: { title, text, isDone, to, verb }, isNext }: { step: Step; isNext: boolean }) {
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm" aria-current={isNext ? 'step' : undefined}>
      {isDone ? (
        <CircleCheck size={20} color="var(--app-good)" style={{ flex: 'none' }} role="img" aria-label="Done" />
      ) : (
        <Circle size={20} color="var(--app-quiet)" style={{ flex: 'none' }} role="img" aria-label="Open" />
      )}
      <Group flex={1} gap="xs" justify="space-between" align="flex-start">
        <Stack gap={2} flex="1 1 200px" miw={0}>
          <Text fw={isNext ? 600 : 400}>{title}</Text>
          <Text c="dimmed" size="sm" style={{ overflowWrap: 'anywhere' }}>
            {text}
          </Text>
        </Stack>
        {!isDone && (
          <Button component={Link} to={to} size="xs" variant={isNext ? 'filled' : 'default'} style={{ flex: 'none' }}>
            {verb}
          </Button>
        )}
      </Group>
    </Group>
  );
}

function stepsOf({ liveApp, firstRunAt, customer, surface, hasOrigin, seen }: Overview['firstSteps']): Step[] {
  const surfacePath = surface === null ? '/surfaces/new' : `/surfaces/${surface.id}`;
  // The tool that is live goes along, so that nobody has to choose it again.
  const app = liveApp === null ? '' : liveApp.slug;
  const newSurface = `/surfaces/new?${new URLSearchParams({ workspaceId: customer?.id ?? '', app })}`;
  return [
    {
      title: 'Make or pick a tool',
      text: liveApp === null ? 'A form that runs on your server: start from an example.' : `${liveApp.name} is live.`,
      isDone: liveApp !== null,
      to: '/apps/new',
      verb: 'Make a tool',
    },
    {
      title: 'Try it',
      text:
        firstRunAt === null ? (
          'Run it once in its preview.'
        ) : (
          <>
            First run <Time at={firstRunAt} />.
          </>
        ),
      isDone: firstRunAt !== null,
      to: liveApp === null ? '/apps' : `/apps/${liveApp.slug}#try`,
      verb: 'Try it',
    },
    {
      title: 'Make a customer',
      text: customer === null ? 'The company on whose website it will stand.' : `${customer.name} is there.`,
      isDone: customer !== null,
      to: `/customers?${new URLSearchParams({ new: 'first', app })}`,
      verb: 'Make a customer',
    },
    {
      title: 'Make a surface',
      text:
        surface === null
          ? 'The place on the customer’s website, with one line of script.'
          : `${surface.name} is there.`,
      isDone: surface !== null,
      to: newSurface,
      verb: 'Make a surface',
    },
    {
      title: 'Add your domain',
      text: hasOrigin ? 'At least one domain is allowed.' : 'The widget works on listed domains only.',
      isDone: surface !== null && hasOrigin,
      to: surface === null ? newSurface : `${surfacePath}/auth`,
      verb: 'Add a domain',
    },
    {
      title: 'Copy the snippet, and see it live',
      text: seenWords(seen),
      isDone: seen?.outcome === 'allowed',
      to: surface === null ? newSurface : surfacePath,
      verb: 'Copy the snippet',
    },
  ];
}

function seenWords(seen: Overview['firstSteps']['seen']): ReactNode {
  if (seen === null) return 'Paste it into the page and open the page: it shows here by itself.';
  if (seen.outcome === 'refused') {
    return (
      <>
        {seen.origin} tried <Time at={seen.at} />, and is not on the list. Add it under Auth.
      </>
    );
  }
  return (
    <>
      We saw your page at {seen.origin} <Time at={seen.at} />.
    </>
  );
}
