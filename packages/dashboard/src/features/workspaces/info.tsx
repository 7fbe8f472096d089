import { Button, Card, Code, Group, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
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
import { useManaged } from './manage.tsx';
import { attributesIn, attributesText, entriesIn } from './info-fields.ts';
import type { Workspace } from './queries.ts';
import { useChangeWorkspace, type WorkspaceChange } from './use-change.ts';

const fields = ['name', 'portalEnabled', 'allowedOrigins', 'attributes'];

/** Who the customer is, where its tokens may be used, and what apps may know of it. */
export function Component() {
  const workspace = useManaged();
  const mayChange = useMay()('workspaces:write');
  return (
    <Stack gap="lg" maw={640}>
      <Group gap="xs">
        <Text c="dimmed">Workspace</Text>
        <Code>{workspace.id}</Code>
        <CopyButton text={workspace.id} label="Copy id" />
        <Text c="dimmed">
          Created <Time at={workspace.createdAt} />
        </Text>
      </Group>
      <KeepEdits version={`${workspace.id} ${workspace.updatedAt}`}>
        <InfoForm workspace={workspace} mayChange={mayChange} />
      </KeepEdits>
      {mayChange && <Endings workspace={workspace} />}
    </Stack>
  );
}

function InfoForm({ workspace, mayChange }: { workspace: Workspace; mayChange: boolean }) {
  // What a colleague saves meanwhile is neither a change of this form nor undone by it.
  const [begun] = useState(workspace);
  const change = useChangeWorkspace(workspace.id);
  const form = useForm({
    initialValues: {
      name: workspace.name,
      portalEnabled: workspace.portalEnabled,
      allowedOrigins: workspace.allowedOrigins.join('\n'),
      attributes: attributesText(workspace.attributes),
    },
    validate: {
      name: (name) => (name.trim() === '' ? 'Give the customer a name.' : null),
      attributes: (text) =>
        attributesIn(text) === undefined ? 'This is no JSON object. Example: {"plan": "gold"}' : null,
    },
  });
  const rest = change.error === null ? undefined : issuesByField(change.error, fields).rest;

  return (
    <form
      onSubmit={form.onSubmit(({ name, portalEnabled, allowedOrigins, attributes }) => {
        const changes = changesOf<WorkspaceChange>(begun, {
          name: name.trim(),
          portalEnabled,
          allowedOrigins: entriesIn(allowedOrigins),
          attributes: attributesIn(attributes) ?? {},
        });
        // Spaces and lines alone: it is as it was.
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
          <TextInput label="Name" required autoComplete="off" {...form.getInputProps('name')} />
          <Switch
            label="Portal access"
            description="Without it no embed token can be made for this customer. Tokens that exist keep working."
            {...form.getInputProps('portalEnabled', { type: 'checkbox' })}
          />
          <Textarea
            label="Allowed origins of embed tokens"
            description="One per line, such as example.com or *.example.com. They count for every embed token without a list of its own; no entry means no use in a browser."
            autosize
            minRows={3}
            {...form.getInputProps('allowedOrigins')}
          />
          <Textarea
            label="Attributes"
            description="Facts about the customer as JSON. Apps read them as workspace.attributes."
            autosize
            minRows={3}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
            spellCheck={false}
            {...form.getInputProps('attributes')}
          />
          {mayChange && <SaveBar isDirty={form.isDirty()} isSaving={change.isPending} onDiscard={form.reset} />}
        </Stack>
      </fieldset>
    </form>
  );
}

/** What stops a customer's widgets, for now or for good. */
function Endings({ workspace }: { workspace: Workspace }) {
  const { id, name, status } = workspace;
  const { confirm } = useConfirm();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const change = useChangeWorkspace(id);
  const remove = useMutation({
    mutationFn: async () => answerOf(api.DELETE('/v1/workspaces/{id}', { params: { path: { id } } })),
    async onSuccess() {
      await navigate('/customers');
      queries.removeQueries({ queryKey: ['workspaces', id] });
      await queries.invalidateQueries({ queryKey: ['workspaces', 'list'] });
      notifyOfSuccess(`${name} is deleted.`);
    },
    onError: notifyOfError,
  });

  async function disable(): Promise<void> {
    const isSure = await confirm({
      title: `Disable “${name}”?`,
      text: 'All its widgets, tokens and sessions stop working on the next request. You can enable it again.',
      verb: 'Disable',
    });
    if (isSure) change.mutate({ status: 'disabled' }, { onError: notifyOfError });
  }

  async function askAndRemove(): Promise<void> {
    const isSure = await confirm({
      title: `Delete “${name}”?`,
      text: 'Its surfaces and embed tokens are gone for good and stop working on the next request. Logs stay.',
      verb: 'Delete customer',
      typed: name,
    });
    if (isSure) remove.mutate();
  }

  return (
    <Card>
      <Stack gap="sm">
        <Title order={2}>Stop this customer</Title>
        <Text c="dimmed">
          {status === 'active'
            ? 'Disabling stops everything that was handed out to this customer at once, and can be taken back.'
            : 'This customer is disabled: nothing that was handed out to it works.'}
        </Text>
        <Group gap="sm">
          {status === 'active' ? (
            <Button variant="default" onClick={() => void disable()} loading={change.isPending}>
              Disable customer
            </Button>
          ) : (
            <Button
              onClick={() => change.mutate({ status: 'active' }, { onError: notifyOfError })}
              loading={change.isPending}
            >
              Enable customer
            </Button>
          )}
          <Button variant="default" c="var(--app-bad)" onClick={() => void askAndRemove()} loading={remove.isPending}>
            Delete customer
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
