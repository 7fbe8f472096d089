import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { FilePen, Undo2 } from 'lucide-react';
import { useParams } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { AppPreview } from './app-preview.tsx';
import { useShownApp } from './app.tsx';
import { EditorLayout } from './editor-layout.tsx';
import { useVersion } from './queries.ts';
import { useVersionActions } from './use-version-actions.ts';
import { VersionComparison } from './version-comparison.tsx';

/** `/apps/:slug/versions/:version`: what was published then, to look at, to try, to compare, and to go back to. */
export function Component() {
  const app = useShownApp();
  const params = useParams();
  const number = Number(params['version']);
  const version = useVersion(app.slug, number);
  const { rollBack, restore, isPending } = useVersionActions(app);
  const mayChange = useMay()('apps:write');

  if (version.error !== null && version.data === undefined) {
    return <ErrorNotice error={version.error} onRetry={() => void version.refetch()} />;
  }
  if (version.data === undefined) {
    return (
      <Stack aria-busy="true" aria-label="Loading">
        <Skeleton height={36} />
        <Skeleton height={320} />
      </Stack>
    );
  }
  const { isLive, publishedAt, spec } = version.data;
  return (
    <EditorLayout
      preview={
        <AppPreview
          app={app}
          subject={{ key: `version ${number}`, note: `Shows version ${number} as it was published.`, version: number }}
        />
      }
      editor={
        <Stack gap="lg">
          <Group justify="space-between" gap="sm">
            <Group gap="sm">
              <Title order={2}>Version {number}</Title>
              <Status status={isLive ? 'live' : 'earlier'} />
              <Text c="dimmed">
                Published <Time at={publishedAt} />
              </Text>
            </Group>
            {mayChange && (
              <Group gap="xs">
                <Button
                  variant="default"
                  leftSection={<FilePen size={16} aria-hidden />}
                  onClick={() => void restore(number)}
                  loading={isPending}
                >
                  Restore as draft
                </Button>
                {!isLive && (
                  <Button
                    variant="default"
                    leftSection={<Undo2 size={16} aria-hidden />}
                    onClick={() => void rollBack(number)}
                    loading={isPending}
                  >
                    Roll back to this
                  </Button>
                )}
              </Group>
            )}
          </Group>
          <VersionComparison app={app} version={number} spec={spec} />
        </Stack>
      }
    />
  );
}
