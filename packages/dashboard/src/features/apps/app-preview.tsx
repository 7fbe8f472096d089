import { Anchor, Button, Card, Group, Loader, Stack, Text, Title, useComputedColorScheme } from '@mantine/core';
import { RotateCw } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { useMay } from '../../session/session.tsx';
import { FramePreview, type RunOutcome } from '../../ui/frame-preview.tsx';
import { CustomerSelect } from '../workspaces/customer-select.tsx';
import type { App } from './queries.ts';

type AppPreviewProps = {
  app: App;
  /** `key` is another when the frame has to begin anew; without a version it is the draft that is shown. */
  subject: { key: string; note: string; version?: number };
};

/** The draft or a version in the real frame, to look at and to try, with what came of the last run. */
export function AppPreview({ app, subject }: AppPreviewProps) {
  const may = useMay();
  const [workspaceId, setWorkspaceId] = useState('');
  const [round, setRound] = useState(0);
  const [outcome, setOutcome] = useState<RunOutcome>();
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
            {subject.note}
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
        <FramePreview
          key={`${subject.key} ${app.name} ${workspaceId} ${round}`}
          title={`Preview of ${app.name}`}
          config={config}
          onRun={setOutcome}
          requestTicket={() =>
            answerOf(
              api.POST('/v1/apps/{slug}/preview-ticket', {
                params: { path: { slug: app.slug } },
                body: {
                  ...(workspaceId !== '' && { workspaceId }),
                  ...(subject.version !== undefined && { version: subject.version }),
                },
              }),
            )
          }
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
