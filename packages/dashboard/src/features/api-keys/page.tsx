import { Alert, Button, Code, Group, Modal, MultiSelect, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Power, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { List } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';
import { useMay } from '../../session/session.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyOfError } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { Page } from '../../ui/page.tsx';
import { RowMenu, type RowAction } from '../../ui/row-menu.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { useAppChoices } from '../apps/queries.ts';
import { useWorkspaces } from '../workspaces/queries.ts';

type ApiKey = paths['/v1/api-keys']['get']['responses']['200']['content']['application/json'][number];
type ApiKeyWithSecret = paths['/v1/api-keys']['post']['responses']['201']['content']['application/json'];

function statusOf({ revokedAt, isActive }: ApiKey): string {
  if (revokedAt !== null) return 'revoked';
  return isActive ? 'active' : 'disabled';
}

/** The one list that the wire answers whole. */
function useApiKeys(): List<ApiKey> {
  const { data, error, refetch } = useQuery({
    queryKey: ['api-keys'],
    queryFn: async () => answerOf(api.GET('/v1/api-keys')),
  });
  return {
    rows: data,
    error,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
    retry: () => void refetch(),
  };
}

/** `/developers/api-keys`: for servers that use apps, read recordings, and sign tokens of their own. */
export function Component() {
  const mayChange = useMay()('api-keys:write');
  const { confirm } = useConfirm();
  const queries = useQueryClient();
  const list = useApiKeys();
  const [edited, setEdited] = useState<ApiKey | 'new'>();
  const [created, setCreated] = useState<ApiKeyWithSecret>();
  const refresh = () => queries.invalidateQueries({ queryKey: ['api-keys'] });
  const change = useMutation({
    mutationFn: async ({ id, isActive }: { id: string; isActive: boolean }) =>
      answerOf(api.PATCH('/v1/api-keys/{id}', { params: { path: { id } }, body: { isActive } })),
    onError: notifyOfError,
    onSettled: refresh,
  });
  const revoke = useMutation({
    mutationFn: async (id: string) => answerOf(api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } })),
    onSuccess: () => notifyOfSuccess('The API key is revoked.'),
    onError: notifyOfError,
    onSettled: refresh,
  });

  async function askToRevoke({ id, name }: ApiKey): Promise<void> {
    const isSure = await confirm({
      title: `Revoke “${name}”?`,
      text: 'Its calls and every token signed with it are refused from the next request. It cannot be taken back.',
      verb: 'Revoke',
    });
    if (isSure) revoke.mutate(id);
  }

  async function askToSwitchOff({ id, name }: ApiKey): Promise<void> {
    const isSure = await confirm({
      title: `Switch off “${name}”?`,
      text: 'Its calls and every token signed with it are refused from the next request, until you switch it on again.',
      verb: 'Switch off',
    });
    if (isSure) change.mutate({ id, isActive: false });
  }

  function actionsOf(key: ApiKey): RowAction[] {
    return [
      { label: 'Change', icon: Pencil, onClick: () => setEdited(key) },
      key.isActive
        ? { label: 'Switch off', icon: Power, onClick: () => void askToSwitchOff(key) }
        : { label: 'Switch on', icon: Power, onClick: () => change.mutate({ id: key.id, isActive: true }) },
      { label: 'Revoke', icon: Trash2, onClick: () => void askToRevoke(key), isDestructive: true },
    ];
  }

  const create = mayChange && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEdited('new')}>
      New API key
    </Button>
  );
  return (
    <Page
      title="API keys"
      description="Secret, and for servers only: sent as X-API-Key, or used to sign short tokens. Client tokens of surfaces are public and for pages; the two never stand in for each other."
      actions={create}
    >
      <DataTable
        label="API keys"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          {
            label: 'Key',
            cell: ({ name, keyPrefix }) => (
              <Stack gap={2}>
                <span>{name}</span>
                <Code fz={12} w="fit-content">
                  {keyPrefix}…
                </Code>
              </Stack>
            ),
          },
          { label: 'Status', cell: (key) => <Status status={statusOf(key)} /> },
          { label: 'Scope', cell: ({ scope }) => scope },
          { label: 'Apps', cell: ({ appIds }) => (appIds.length === 0 ? 'Every app' : appIds.join(', ')) },
          { label: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
          { label: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          {
            label: 'Actions',
            hidesLabel: true,
            width: 60,
            cell: (key) => mayChange && key.revokedAt === null && <RowMenu of={key.name} actions={actionsOf(key)} />,
          },
        ]}
        empty={
          <EmptyState
            title="No API key yet"
            text="A server of yours needs one to run apps by itself, to read recordings, or to sign tokens for replay pages."
            action={create}
          />
        }
      />
      {edited !== undefined && (
        <ApiKeyForm
          apiKey={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onCreated={(key) => {
            setEdited(undefined);
            setCreated(key);
          }}
        />
      )}
      <SecretOnce
        shown={
          created && {
            title: `API key “${created.name}”`,
            secret: created.key,
            advice:
              'In the secret store of your server. Requests from browsers with it are refused: it never belongs in a page.',
          }
        }
        onStored={() => setCreated(undefined)}
      />
    </Page>
  );
}

type FormProps = { apiKey: ApiKey | undefined; onClose: () => void; onCreated: (key: ApiKeyWithSecret) => void };

function ApiKeyForm({ apiKey, onClose, onCreated }: FormProps) {
  const queries = useQueryClient();
  const apps = useAppChoices();
  const customers = useWorkspaces({});
  const fields = ['name', 'scope', 'appIds', 'workspaceId'];
  const form = useForm({
    initialValues: {
      name: apiKey?.name ?? '',
      scope: apiKey?.scope ?? 'readonly',
      appIds: apiKey?.appIds ?? [],
      workspaceId: apiKey?.workspaceId ?? '',
    },
    validate: { name: (name) => (name.trim() === '' ? 'Give the key a name.' : null) },
  });
  const save = useMutation({
    async mutationFn({ workspaceId, ...values }: typeof form.values): Promise<ApiKeyWithSecret | undefined> {
      const wanted = { ...values, name: values.name.trim() };
      if (apiKey === undefined) {
        return answerOf(api.POST('/v1/api-keys', { body: { ...wanted, ...(workspaceId !== '' && { workspaceId }) } }));
      }
      await answerOf(api.PATCH('/v1/api-keys/{id}', { params: { path: { id: apiKey.id } }, body: wanted }));
      return undefined;
    },
    async onSuccess(key) {
      await queries.invalidateQueries({ queryKey: ['api-keys'] });
      if (key === undefined) {
        notifyOfSuccess('Saved. Tokens that it signed before are held to it, too.');
        onClose();
      } else onCreated(key);
    },
    onError: (error) => form.setErrors(issuesByField(error, fields).fields),
  });
  const rest = save.error === null ? undefined : issuesByField(save.error, fields).rest;

  return (
    <Modal opened onClose={onClose} title={apiKey === undefined ? 'New API key' : `Change “${apiKey.name}”`} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {rest !== undefined && <ErrorNotice error={rest} />}
          <TextInput
            label="Name"
            required
            maxLength={200}
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('name')}
          />
          <Radio.Group label="Scope" {...form.getInputProps('scope')}>
            <Stack gap="xs" mt="xs">
              <Radio value="readonly" label="Readonly" description="Reads recordings and watches live visits." />
              <Radio
                value="interactive"
                label="Interactive"
                description="Takes part in live visits too, and runs your apps from a server."
              />
            </Stack>
          </Radio.Group>
          <MultiSelect
            label="Apps"
            description="The apps that it reaches, and that tokens signed with it may name."
            searchable
            placeholder={form.values.appIds.length === 0 ? 'Every app' : ''}
            data={[...new Set([...(apps.data ?? []).map(({ slug }) => slug), ...form.values.appIds])]}
            {...form.getInputProps('appIds')}
          />
          {form.values.appIds.length === 0 && (
            <Alert variant="default">Without an entry it reaches every app you have, and those you make later.</Alert>
          )}
          {apiKey === undefined && (
            <Select
              label="Customer"
              description="Holds the key to one customer’s data. It cannot be changed later."
              data={[
                { value: '', label: 'All customers' },
                ...(customers.rows ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ]}
              allowDeselect={false}
              searchable
              {...form.getInputProps('workspaceId')}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {apiKey === undefined ? 'Create API key' : 'Save'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
