import { Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { useList } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';
import { useMay, useSession } from '../../session/session.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyOfError } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { Page } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

type OwnerKey = paths['/v1/owner-keys']['get']['responses']['200']['content']['application/json']['data'][number];
type OwnerKeyWithSecret = paths['/v1/owner-keys']['post']['responses']['201']['content']['application/json'];

function nameOf({ label, id }: OwnerKey): string {
  return label === null || label === '' ? id : `“${label}”`;
}

/** `/developers/owner-keys`: what servers and people manage this account with. */
export function Component() {
  const { me } = useSession();
  const mayChange = useMay()('owner-keys:write');
  const { confirm } = useConfirm();
  const queries = useQueryClient();
  const [isCreating, { open, close }] = useDisclosure();
  const [created, setCreated] = useState<OwnerKeyWithSecret>();
  const list = useList<OwnerKey>(['owner-keys'], (cursor) =>
    answerOf(api.GET('/v1/owner-keys', { params: { query: cursor } })),
  );
  const refresh = () => queries.invalidateQueries({ queryKey: ['owner-keys'] });
  const rotate = useMutation({
    mutationFn: async (id: string) => answerOf(api.POST('/v1/owner-keys/{id}/rotate', { params: { path: { id } } })),
    onSuccess: setCreated,
    onError: notifyOfError,
    onSettled: refresh,
  });
  const revoke = useMutation({
    mutationFn: async (id: string) => answerOf(api.DELETE('/v1/owner-keys/{id}', { params: { path: { id } } })),
    onSuccess: () => notifyOfSuccess('The owner key is revoked.'),
    onError: notifyOfError,
    onSettled: refresh,
  });

  async function askToRotate(key: OwnerKey): Promise<void> {
    const isSure = await confirm({
      title: `Rotate ${nameOf(key)}?`,
      text: 'Servers that use it are refused from the next request, and whoever signed in with it is signed out. The new key is shown once.',
      verb: 'Rotate',
    });
    if (isSure) rotate.mutate(key.id);
  }

  async function askToRevoke(key: OwnerKey): Promise<void> {
    const isOwn = me.class === 'owner_key' && me.credentialId === key.id;
    const isSure = await confirm({
      title: `Revoke ${nameOf(key)}?`,
      text: isOwn
        ? 'You are signed in with this key: you are signed out with the next request. It cannot be taken back.'
        : 'Servers that use it are refused from the next request, and whoever signed in with it is signed out. It cannot be taken back.',
      verb: 'Revoke',
    });
    if (isSure) revoke.mutate(key.id);
  }

  const create = mayChange && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={open}>
      New owner key
    </Button>
  );
  return (
    <Page
      title="Owner keys"
      description="For management from your own servers, and for signing in here. An owner key does everything: it belongs in no page, no app and no repository."
      actions={create}
    >
      <DataTable
        label="Owner keys"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          {
            label: 'Key',
            cell: (key) => (
              <Stack gap={2}>
                <span>
                  {key.label ?? 'Without a label'}
                  {me.credentialId === key.id && (
                    <Text span c="dimmed" inherit>
                      {' '}
                      (signed in with it)
                    </Text>
                  )}
                </span>
                <Code fz={12} w="fit-content">
                  {key.id}
                </Code>
              </Stack>
            ),
          },
          { label: 'Status', cell: ({ status }) => <Status status={status} /> },
          { label: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
          { label: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          { label: 'Seen in a URL', cell: ({ seenInUrlAt }) => <Time at={seenInUrlAt} /> },
          {
            label: 'Actions',
            hidesLabel: true,
            width: 60,
            cell: (key) =>
              mayChange &&
              key.status === 'active' && (
                <RowMenu
                  of={nameOf(key)}
                  actions={[
                    { label: 'Rotate', icon: RefreshCw, onClick: () => void askToRotate(key) },
                    { label: 'Revoke', icon: Trash2, onClick: () => void askToRevoke(key), isDestructive: true },
                  ]}
                />
              ),
          },
        ]}
        empty={<EmptyState title="No owner key" text="There is always one: look again." />}
      />
      <Modal opened={isCreating} onClose={close} title="New owner key">
        {isCreating && (
          <CreateOwnerKey
            onCancel={close}
            onCreated={(key) => {
              close();
              setCreated(key);
            }}
          />
        )}
      </Modal>
      <SecretOnce
        shown={
          created && {
            title: 'Owner key',
            secret: created.key,
            advice:
              'In the secret store of your server. Never in a page, a widget, an app that people install, or a repository.',
          }
        }
        onStored={() => {
          setCreated(undefined);
          rotate.reset();
        }}
      />
    </Page>
  );
}

/** Mounted only while it is open: its mutation holds the key that it made. */
function CreateOwnerKey({
  onCancel,
  onCreated,
}: {
  onCancel: () => void;
  onCreated: (key: OwnerKeyWithSecret) => void;
}) {
  const queries = useQueryClient();
  const [label, setLabel] = useState('');
  const create = useMutation({
    mutationFn: async () =>
      answerOf(api.POST('/v1/owner-keys', { body: label.trim() === '' ? {} : { label: label.trim() } })),
    async onSuccess(key) {
      onCreated(key);
      await queries.invalidateQueries({ queryKey: ['owner-keys'] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack>
        {create.error !== null && <ErrorNotice error={create.error} />}
        <TextInput
          label="Label"
          description="Optional. Which server or person has it."
          maxLength={200}
          autoComplete="off"
          value={label}
          onChange={({ currentTarget: { value } }) => setLabel(value)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create owner key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
