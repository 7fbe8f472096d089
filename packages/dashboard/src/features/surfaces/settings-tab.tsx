import { Button, Card, Code, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { changesOf } from '../../ui/changes-of.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNotice, notifyOfError } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { SaveBar } from '../../ui/save-bar.tsx';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import { Time } from '../../ui/time.tsx';
import { useWorkspace } from '../workspaces/queries.ts';
import { useSurfaceActions, type Surface, type SurfaceChange } from './queries.ts';
import { ScopeFields, type SurfaceScope } from './scope-fields.tsx';
import { useMayChange, useOpenSurface } from './surface.tsx';

/** What the surface is called and shows, and its end. */
export function Component() {
  const surface = useOpenSurface();
  const mayChange = useMayChange();
  return (
    <Stack gap="lg" maw={640}>
      <Group gap="xs">
        <Text c="dimmed">Surface</Text>
        <Code>{surface.id}</Code>
        <CopyButton text={surface.id} label="Copy id" />
        <Text c="dimmed">
          Created <Time at={surface.createdAt} />
        </Text>
      </Group>
      <KeepEdits version={`${surface.id} ${surface.updatedAt}`}>
        <SettingsForm surface={surface} />
      </KeepEdits>
      {mayChange && <Delete surface={surface} />}
    </Stack>
  );
}

function SettingsForm({ surface }: { surface: Surface }) {
  const mayChange = useMayChange();
  // What a colleague saves meanwhile is neither a change of this form nor undone by it.
  const [begun, setBegun] = useState(surface);
  const { change } = useSurfaceActions(surface.id);
  const workspace = useWorkspace(surface.workspaceId);
  const [name, setName] = useState(surface.name);
  const [scope, setScope] = useState<SurfaceScope>({ apps: surface.apps, permissions: surface.permissions });
  const isDirty =
    name.trim() !== begun.name ||
    scope.apps.join() !== begun.apps.join() ||
    [...scope.permissions].toSorted().join() !== [...begun.permissions].toSorted().join();
  const found = change.error === null ? undefined : issuesByField(change.error, ['name', 'apps', 'permissions']);

  function beginWith(current: Surface): void {
    setBegun(current);
    setName(current.name);
    setScope({ apps: current.apps, permissions: current.permissions });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(changesOf<SurfaceChange>(begun, { name: name.trim(), ...scope }), {
          onSuccess(saved) {
            beginWith(saved);
            notifyOfSuccess('Saved.');
          },
        });
      }}
    >
      <Stack>
        {found?.rest !== undefined && <ErrorNotice error={found.rest} />}
        <TextInput
          label="Name"
          description="For you, and for the title of the widget."
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
          error={found?.fields['name']}
          readOnly={!mayChange}
          required
        />
        <ScopeFields
          scope={scope}
          onChange={setScope}
          features={workspace.data?.features}
          errors={{ apps: found?.fields['apps'], permissions: found?.fields['permissions'] }}
          isReadOnly={!mayChange}
        />
        {mayChange && (
          <SaveBar
            isDirty={isDirty}
            isSaving={change.isPending}
            onDiscard={() => {
              beginWith(surface);
              change.reset();
            }}
          />
        )}
      </Stack>
    </form>
  );
}

function Delete({ surface }: { surface: Surface }) {
  const { remove } = useSurfaceActions(surface.id);
  const { confirm } = useConfirm();
  const navigate = useNavigate();

  async function deleteSurface(): Promise<void> {
    const isSure = await confirm({
      title: `Delete “${surface.name}”?`,
      text: 'Its client token and its open widgets stop working on the next request. What was counted and logged stays. This cannot be undone.',
      verb: 'Delete surface',
      typed: surface.name,
    });
    if (!isSure) return;
    remove.mutate(undefined, {
      onSuccess() {
        void navigate('/surfaces', { replace: true });
        notifyOfSuccess(`“${surface.name}” is deleted.`);
      },
      onError: notifyOfError,
    });
  }

  return (
    <Card component="section" aria-labelledby="delete-surface">
      <Stack gap="sm" align="flex-start">
        <Title order={2} id="delete-surface">
          Delete this surface
        </Title>
        <Text c="dimmed">Its widgets disappear from the customer’s website.</Text>
        <Button variant="default" c="var(--app-bad)" onClick={() => void deleteSurface()} loading={remove.isPending}>
          Delete surface
        </Button>
      </Stack>
    </Card>
  );
}
