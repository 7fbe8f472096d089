import { Anchor, Button, Card, Group, Loader, Stack, Text, Title, useComputedColorScheme } from '@mantine/core';
import { RotateCw } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { answerOf, api, ApiError } from '../../api/client.ts';
import { useMay } from '../../session/session.tsx';
import type { RunOutcome } from '../../ui/frame-preview.tsx';
import { FrameSuccession } from '../../ui/frame-succession.tsx';
import { CustomerSelect } from '../workspaces/customer-select.tsx';
import type { App } from './queries.ts';

type AppPreviewProps = {
  app: App;
  /**
   * `key` is another when another frame is to be shown. Of a version it is that; of a spec, what somebody types and has not
   * saved; of neither, the draft. `isBehind`: another key is about to come.
   */
  subject: { key: string; note: string; version?: number; spec?: unknown; isBehind?: boolean };
};

/** In place of the note, where the server finds a mistake in what is typed; it is named at its field by saving. */
const mistaken = 'Shows what worked last. What you typed since has a mistake; saving shows where.';

/** The draft, a version or what is being typed in the real frame, to look at and to try, with what came of the last run. */
export function AppPreview({ app, subject }: AppPreviewProps) {
  const may = useMay();
  const [workspaceId, setWorkspaceId] = useState('');
  const [round, setRound] = useState(0);
  const [outcome, setOutcome] = useState<RunOutcome>();
  const [refused, setRefused] = useState<string>();
  const colorScheme = useComputedColorScheme('light');
  const config = useMemo(() => ({ colorScheme }), [colorScheme]);

  const { hash } = useLocation();
  const place = useRef<HTMLDivElement>(null);
  // On a phone it stands below the editor, and whoever came to try the app came for this.
  useEffect(() => {
    if (hash === '#try') place.current?.scrollIntoView();
  }, [hash]);

  if (!may('apps:write')) {
    return <Text c="dimmed">A preview runs the app, which takes the role of a developer.</Text>;
  }
  return (
    <Stack gap="sm" ref={place} style={{ scrollMarginTop: 72 }}>
      <Group justify="space-between">
        <div>
          <Title order={2}>Try it</Title>
          <Text c="dimmed" role="status">
            {refused === subject.key ? mistaken : subject.note}
          </Text>
        </div>
        <Button
          variant="default"
          size="xs"
          leftSection={<RotateCw size={16} aria-hidden />}
          onClick={() => {
            setOutcome(undefined);
            setRound(round + 1);
          }}
        >
          Start over
        </Button>
      </Group>
      {/* Whose data the steps see: what a customer gets may be that customer's alone. */}
      <CustomerSelect
        label="As this customer"
        none="Your own workspace"
        value={workspaceId}
        onChange={setWorkspaceId}
        allowDeselect={false}
      />
      <Card padding={0} style={{ overflow: 'hidden' }}>
        <FrameSuccession
          key={`${app.name} ${workspaceId} ${round}`}
          title={`Preview of ${app.name}`}
          config={config}
          onRun={setOutcome}
          onShown={() => setOutcome(undefined)}
          onFailure={(key, error) => {
            if (!(error instanceof ApiError) || error.code !== 'validation_failed') return 'show';
            setRefused(key);
            return 'keep';
          }}
          isBehind={subject.isBehind ?? false}
          subject={{
            key: subject.key,
            requestTicket: () =>
              answerOf(
                api.POST('/v1/apps/{slug}/preview-ticket', {
                  params: { path: { slug: app.slug } },
                  body: {
                    ...(workspaceId !== '' && { workspaceId }),
                    ...(subject.version !== undefined && { version: subject.version }),
                    ...(subject.spec !== undefined && { spec: subject.spec }),
                  },
                }),
              ),
          }}
        />
      </Card>
      <Outcome outcome={outcome} app={app} />
    </Stack>
  );
}

/** A run of a preview is a real one: it counts, and stands in the log. */
function Outcome({ outcome, app }: { outcome: RunOutcome | undefined; app: App }) {
  const runs = (
    <Anchor component={Link} to={`/logs/runs?appId=${app.id}`} underline="always" inherit>
      See the runs
    </Anchor>
  );
  switch (outcome?.type) {
    case undefined:
      return (
        <Text size="xs" c="dimmed">
          Runs here count in your quota. {runs}
        </Text>
      );
    case 'MICROAPP_RUN_START':
      return (
        <Group gap="xs" role="status">
          <Loader size="xs" /> <Text>Running</Text>
        </Group>
      );
    case 'MICROAPP_RUN_OK':
      return (
        <Text role="status">
          Run <code>{outcome.runId}</code> took {Math.round(outcome.durationMs)} ms. {runs}
        </Text>
      );
    case 'MICROAPP_RUN_ERR':
      return (
        <Text role="status" c="var(--app-bad)">
          The run ended with <code>{outcome.code}</code>. {runs}
        </Text>
      );
  }
}
