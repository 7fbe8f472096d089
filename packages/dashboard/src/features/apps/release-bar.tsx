import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useConfirm } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import type { Change } from './kinds/app-kind.ts';
import { DraftNotPublished } from './other-draft.tsx';
import { isConflict, usePublishApp, useRestoreVersion, type App } from './queries.ts';

type ReleaseBarProps = {
  app: App;
  mayChange: boolean;
  hasUnsavedChanges: boolean;
  changesOf: (before: unknown, after: unknown) => Change[];
  /** Puts a spec into the editor again, as a change of the draft there is. */
  onEdit: (spec: unknown) => void;
};

/** How the draft stands to what visitors get, and the way from the one to the other. */
export function ReleaseBar({ app, mayChange, hasUnsavedChanges, changesOf, onEdit }: ReleaseBarProps) {
  const { confirm } = useConfirm();
  const publish = usePublishApp(app.slug);
  const discard = useRestoreVersion(app);
  const { liveVersion } = app;
  const isLive = app.status === 'live';
  const canPublish = !isLive || app.hasDraftChanges;
  const { variables: shown } = publish;
  // The app was read again after the refusal.
  const isOvertaken = isConflict(publish.error) && shown !== undefined && shown.draftTag !== app.draftTag;
  const error = isOvertaken ? null : (publish.error ?? discard.error);

  async function askAndPublish(): Promise<void> {
    const text = isLive
      ? 'Every page that embeds it gets the new version from the next run on. Runs under way end as they began.'
      : 'Surfaces, embed tokens and API keys that name this app can use it from the next request on.';
    if (!(await confirm({ title: `Publish “${app.name}”?`, text, verb: 'Publish' }))) return;
    discard.reset();
    // As it was when the question was asked: while it stood there, the app may have been read again.
    publishDraft(app);
  }

  function publishDraft(seen: App): void {
    publish.mutate(seen, {
      onSuccess: (published) => notifyOfSuccess(`Version ${published.liveVersion} is live.`),
    });
  }

  async function askAndDiscard(version: number): Promise<void> {
    const isSure = await confirm({
      title: `Discard the draft of “${app.name}”?`,
      text: `What differs from version ${version} is lost.`,
      verb: 'Discard draft',
    });
    if (!isSure) return;
    publish.reset();
    discard.mutate(version, { onSuccess: () => notifyOfSuccess(`The draft is version ${version} again.`) });
  }

  return (
    <Stack gap="sm">
      <Alert variant="default" role="status" p="sm">
        <Group justify="space-between" gap="sm">
          <Text>{standing(app)}</Text>
          {mayChange && (
            <Group gap="xs">
              {liveVersion !== null && app.hasDraftChanges && (
                <Button
                  variant="default"
                  onClick={() => void askAndDiscard(liveVersion)}
                  loading={discard.isPending}
                  disabled={hasUnsavedChanges}
                >
                  Discard draft
                </Button>
              )}
              {canPublish && (
                <Button
                  onClick={() => void askAndPublish()}
                  loading={publish.isPending}
                  disabled={hasUnsavedChanges}
                  title={hasUnsavedChanges ? 'Save the draft first.' : undefined}
                >
                  Publish
                </Button>
              )}
            </Group>
          )}
        </Group>
      </Alert>
      {isOvertaken && !hasUnsavedChanges && (
        <DraftNotPublished
          app={app}
          changes={changesOf(shown.spec, app.spec)}
          isPublishing={publish.isPending}
          onPublishTheirs={() => publishDraft(app)}
          onKeepMine={() => {
            publish.reset();
            onEdit(shown.spec);
          }}
        />
      )}
      {error !== null && <ErrorNotice error={error} />}
    </Stack>
  );
}

function standing({ status, liveVersion, hasDraftChanges }: App): string {
  if (liveVersion === null) return 'Never published: nobody but you can see it.';
  if (status === 'draft') return `Taken offline: version ${liveVersion} was live last.`;
  return hasDraftChanges
    ? `Version ${liveVersion} is live. The draft differs from it.`
    : `Version ${liveVersion} is live, and the draft is the same.`;
}
