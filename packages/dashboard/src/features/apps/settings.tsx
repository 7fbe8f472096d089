import { Button, Card, Code, Group, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { changesOf } from '../../ui/changes-of.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNotice, notifyOfError } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { SaveBar } from '../../ui/save-bar.tsx';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import { Time } from '../../ui/time.tsx';
import { useShownApp } from './app.tsx';
import { readUses, useChangeApp, useDeleteApp, type App } from './queries.ts';
import { UsesText } from './uses-text.tsx';

const fields = ['name', 'description'];

/** `/apps/:slug/settings`: what it is called, who may run it, and its end. */
export function Component() {
  const app = useShownApp();
  const mayChange = useMay()('apps:write');
  return (
    <Stack gap="lg" maw={640}>
      <Group gap="xs">
        <Text c="dimmed">Slug</Text>
        <Code>{app.slug}</Code>
        <CopyButton text={app.slug} label="Copy slug" />
        <Text c="dimmed">
          Created <Time at={app.createdAt} />
        </Text>
      </Group>
      <KeepEdits version={`${app.id} ${app.updatedAt}`}>
        <NameForm app={app} mayChange={mayChange} />
      </KeepEdits>
      <Access app={app} mayChange={mayChange} />
      {mayChange && <Endings app={app} />}
    </Stack>
  );
}

function NameForm({ app, mayChange }: { app: App; mayChange: boolean }) {
  const change = useChangeApp(app.slug);
  // What a colleague saves meanwhile is neither a change of this form nor undone by it.
  const [begun] = useState({ name: app.name, description: app.description });
  const form = useForm({
    initialValues: { name: app.name, description: app.description },
    validate: { name: (name) => (name.trim() === '' ? 'Give the app a name: visitors see it.' : null) },
  });
  const rest = change.error === null ? undefined : issuesByField(change.error, fields).rest;
  return (
    <form
      onSubmit={form.onSubmit(({ name, description }) => {
        const changes = changesOf(begun, { name: name.trim(), description: description.trim() });
        // Spaces alone: it is as it was.
        if (Object.keys(changes).length === 0) return form.reset();
        change.mutate(changes, {
          onSuccess() {
            form.resetDirty();
            notifyOfSuccess('Saved.');
          },
          onError: (error) => form.setErrors(issuesByField(error, fields).fields),
        });
      })}
    >
      <fieldset disabled={!mayChange} style={{ border: 0, margin: 0, padding: 0 }}>
        <Stack>
          {rest !== undefined && <ErrorNotice error={rest} />}
          <TextInput
            label="Name"
            description="Visitors see it, from the next load of a page on."
            required
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <Textarea
            label="Description"
            description="One sentence below the name."
            autosize
            minRows={2}
            {...form.getInputProps('description')}
          />
          {mayChange && <SaveBar isDirty={form.isDirty()} isSaving={change.isPending} onDiscard={form.reset} />}
        </Stack>
      </fieldset>
    </form>
  );
}

/** The one way in that needs no credential. */
function Access({ app, mayChange }: { app: App; mayChange: boolean }) {
  const change = useChangeApp(app.slug);
  const { confirm } = useConfirm();

  async function toggle(publicRuns: boolean): Promise<void> {
    const isSure =
      !publicRuns ||
      (await confirm({
        title: `Let anybody run “${app.name}”?`,
        text: 'It then runs without any credential, for whoever knows its address, and uses up your own daily quota. Each address gets a few runs a minute.',
        verb: 'Switch on',
      }));
    if (!isSure) return;
    change.mutate(
      { publicRuns },
      {
        onSuccess: () =>
          notifyOfSuccess(publicRuns ? 'Public runs are on.' : 'Public runs are off from the next request on.'),
      },
    );
  }

  return (
    <Card>
      <Stack gap="sm">
        <Title order={2}>Access</Title>
        <Text c="dimmed">
          Embed tokens, surfaces and API keys that name this app can run it, each within a limit a minute and within the
          daily quotas of you, the customer and the surface.
        </Text>
        <Switch
          label="Public runs"
          description="Anybody may run it, without a credential. Off unless you switch it on."
          checked={app.publicRuns}
          disabled={!mayChange || change.isPending || app.kind !== 'tool'}
          onChange={({ currentTarget: { checked } }) => void toggle(checked)}
        />
        {change.error !== null && <ErrorNotice error={change.error} />}
      </Stack>
    </Card>
  );
}

/** What stops everybody, for now or for good. */
function Endings({ app }: { app: App }) {
  const { slug, name, status, liveVersion } = app;
  const { confirm } = useConfirm();
  const navigate = useNavigate();
  const change = useChangeApp(slug);
  const remove = useDeleteApp(slug);

  async function takeOffline(): Promise<void> {
    const isSure = await confirm({
      title: `Take “${name}” offline?`,
      text: 'Every page that embeds it finds nothing from the next request on. You can put it live again.',
      verb: 'Take offline',
    });
    if (!isSure) return;
    change.mutate(
      { status: 'draft' },
      { onSuccess: () => notifyOfSuccess(`${name} is offline.`), onError: notifyOfError },
    );
  }

  async function askAndDelete(): Promise<void> {
    const uses = await readUses(slug).catch((error: unknown) => {
      if (error instanceof Error) notifyOfError(error);
      return undefined;
    });
    if (uses === undefined) return;
    const isSure = await confirm({
      title: `Delete “${name}”?`,
      text: <UsesText uses={uses} />,
      verb: 'Delete',
      typed: slug,
    });
    if (!isSure) return;
    remove.mutate(undefined, {
      onSuccess() {
        notifyOfSuccess(`${name} is deleted.`);
        void navigate('/apps');
      },
      onError: notifyOfError,
    });
  }

  return (
    <Card>
      <Stack gap="sm" align="flex-start">
        <Title order={2}>Take it away</Title>
        {status === 'live' && (
          <>
            <Text>Offline, it keeps its versions, and whoever embeds it finds nothing.</Text>
            <Button variant="default" onClick={() => void takeOffline()} loading={change.isPending}>
              Take offline
            </Button>
          </>
        )}
        {status === 'draft' && liveVersion !== null && (
          <>
            <Text>It is offline. Version {liveVersion} was live last.</Text>
            <Button
              variant="default"
              loading={change.isPending}
              onClick={() =>
                change.mutate(
                  { status: 'live' },
                  { onSuccess: () => notifyOfSuccess(`Version ${liveVersion} is live.`), onError: notifyOfError },
                )
              }
            >
              Put live again
            </Button>
          </>
        )}
        <Text>Deleted, it is gone for good, with its versions. Its runs stay in the log.</Text>
        <Button variant="default" c="var(--app-bad)" onClick={() => void askAndDelete()} loading={remove.isPending}>
          Delete app
        </Button>
      </Stack>
    </Card>
  );
}
