import { providers, type Provider } from '@microapp/contract';
import { Button, Code, Group, Modal, PasswordInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FlaskConical, Pencil, Plus, Power, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { useList } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';
import { useMay } from '../../session/session.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, notifyOfError } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { Page } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

type ProviderKey = paths['/v1/provider-keys']['get']['responses']['200']['content']['application/json']['data'][number];

const labels: Readonly<Record<Provider, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  google: 'Google',
  mistral: 'Mistral',
  'openai-compatible': 'OpenAI-compatible server',
};

function nameOf({ name, provider }: ProviderKey): string {
  return name ?? labels[provider];
}

/** `/developers/provider-keys`: the owner's own keys of AI providers. There is no other AI here. */
export function Component() {
  const mayChange = useMay()('provider-keys:write');
  const { confirm } = useConfirm();
  const queries = useQueryClient();
  const [edited, setEdited] = useState<ProviderKey | 'new'>();
  const list = useList<ProviderKey>(['provider-keys'], (cursor) =>
    answerOf(api.GET('/v1/provider-keys', { params: { query: cursor } })),
  );
  const refresh = () => queries.invalidateQueries({ queryKey: ['provider-keys'] });
  const change = useMutation({
    mutationFn: async ({ id, isActive }: { id: string; isActive: boolean }) =>
      answerOf(api.PATCH('/v1/provider-keys/{id}', { params: { path: { id } }, body: { isActive } })),
    onError: notifyOfError,
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: async (id: string) => answerOf(api.DELETE('/v1/provider-keys/{id}', { params: { path: { id } } })),
    onSuccess: () => notifyOfSuccess('The provider key is deleted.'),
    onError: notifyOfError,
    onSettled: refresh,
  });
  const test = useMutation({
    mutationFn: async ({ id }: ProviderKey) =>
      answerOf(api.POST('/v1/provider-keys/{id}/test', { params: { path: { id } } })),
    onSuccess: ({ ok, message }, key) =>
      ok ? notifyOfSuccess(`${nameOf(key)}: ${message}`) : notifyOfError(new Error(`${nameOf(key)}: ${message}`)),
    onError: notifyOfError,
  });

  async function askToRemove(key: ProviderKey): Promise<void> {
    const isSure = await confirm({
      title: `Delete the key “${nameOf(key)}”?`,
      text: 'Tools with an AI step that use it answer “needs an AI provider key” from the next run. The key stays valid at the provider: revoke it there, too.',
      verb: 'Delete',
    });
    if (isSure) remove.mutate(key.id);
  }

  async function askToSwitchOff(key: ProviderKey): Promise<void> {
    const isSure = await confirm({
      title: `Switch off “${nameOf(key)}”?`,
      text: 'Tools with an AI step that use it answer “needs an AI provider key” from the next run, until you switch it on again or another key is active.',
      verb: 'Switch off',
    });
    if (isSure) change.mutate({ id: key.id, isActive: false });
  }

  const create = mayChange && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEdited('new')}>
      New provider key
    </Button>
  );
  return (
    <Page
      title="Provider keys"
      description="AI steps run on your own key at your own provider. Keys are stored encrypted; only their last four characters are ever shown."
      actions={create}
    >
      <DataTable
        label="Provider keys"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          {
            label: 'Key',
            cell: (key) => (
              <Stack gap={2}>
                <span>{nameOf(key)}</span>
                <Code fz={12} w="fit-content">
                  …{key.keyLast4}
                </Code>
              </Stack>
            ),
          },
          { label: 'Status', cell: ({ isActive }) => <Status status={isActive ? 'active' : 'disabled'} /> },
          { label: 'Provider', cell: ({ provider }) => labels[provider] },
          { label: 'Default model', cell: ({ defaultModel }) => defaultModel ?? 'the usual one' },
          { label: 'Changed', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
          {
            label: 'Actions',
            hidesLabel: true,
            width: 60,
            cell: (key) =>
              mayChange && (
                <RowMenu
                  of={nameOf(key)}
                  actions={[
                    { label: 'Test', icon: FlaskConical, onClick: () => test.mutate(key), disabled: test.isPending },
                    { label: 'Change', icon: Pencil, onClick: () => setEdited(key) },
                    key.isActive
                      ? { label: 'Switch off', icon: Power, onClick: () => void askToSwitchOff(key) }
                      : {
                          label: 'Switch on',
                          icon: Power,
                          onClick: () => change.mutate({ id: key.id, isActive: true }),
                        },
                    { label: 'Delete', icon: Trash2, onClick: () => void askToRemove(key), isDestructive: true },
                  ]}
                />
              ),
          },
        ]}
        empty={
          <EmptyState
            title="No provider key yet"
            text="Tools without an AI step need none. With one, they run as soon as a key is here."
            action={create}
          />
        }
      />
      {test.isPending && <Text role="status">Asking the provider …</Text>}
      {edited !== undefined && (
        <ProviderKeyForm providerKey={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </Page>
  );
}

function ProviderKeyForm({ providerKey, onClose }: { providerKey: ProviderKey | undefined; onClose: () => void }) {
  const firstProvider: Provider = providerKey?.provider ?? 'openai';
  const queries = useQueryClient();
  const fields = ['provider', 'key', 'name', 'baseUrl', 'defaultModel', 'isActive'];
  const form = useForm({
    initialValues: {
      provider: firstProvider,
      key: '',
      name: providerKey?.name ?? '',
      baseUrl: providerKey?.baseUrl ?? '',
      defaultModel: providerKey?.defaultModel ?? '',
      isActive: providerKey?.isActive ?? true,
    },
    validate: { key: (key) => (providerKey === undefined && key.trim() === '' ? 'Paste the key.' : null) },
  });
  const needsAddress = form.values.provider === 'openai-compatible';
  const save = useMutation({
    async mutationFn({ provider, key, isActive, ...texts }: typeof form.values) {
      const { name, baseUrl, defaultModel } = texts;
      if (providerKey === undefined) {
        const given = Object.fromEntries(
          Object.entries({ name, baseUrl, defaultModel }).filter(([, text]) => text !== ''),
        );
        return answerOf(api.POST('/v1/provider-keys', { body: { provider, key: key.trim(), isActive, ...given } }));
      }
      const body = {
        isActive,
        name: name === '' ? null : name,
        baseUrl: baseUrl === '' ? null : baseUrl,
        defaultModel: defaultModel === '' ? null : defaultModel,
        ...(key.trim() !== '' && { key: key.trim() }),
      };
      return answerOf(api.PATCH('/v1/provider-keys/{id}', { params: { path: { id: providerKey.id } }, body }));
    },
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['provider-keys'] });
      notifyOfSuccess('Saved. Test it from its menu.');
      onClose();
    },
    onError: (error) => form.setErrors(issuesByField(error, fields).fields),
  });
  const rest = save.error === null ? undefined : issuesByField(save.error, fields).rest;

  return (
    <Modal
      opened
      onClose={onClose}
      title={providerKey === undefined ? 'New provider key' : `Change “${nameOf(providerKey)}”`}
      size="lg"
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {rest !== undefined && <ErrorNotice error={rest} />}
          <Select
            label="Provider"
            data={providers.map((provider) => ({ value: provider, label: labels[provider] }))}
            allowDeselect={false}
            disabled={providerKey !== undefined}
            {...form.getInputProps('provider')}
          />
          <PasswordInput
            label="Key"
            description={
              providerKey === undefined
                ? 'As the provider issued it. It is stored encrypted and never shown again.'
                : `Empty: the one that ends in ${providerKey.keyLast4} stays.`
            }
            required={providerKey === undefined}
            autoComplete="off"
            spellCheck={false}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the key', tabIndex: 0 }}
            data-autofocus
            {...form.getInputProps('key')}
          />
          <TextInput label="Name" description="Optional." autoComplete="off" {...form.getInputProps('name')} />
          <TextInput
            label="Address"
            description={
              needsAddress
                ? 'Including the version, such as https://llm.example.com/v1. A private address has to be allowed by OUTBOUND_ALLOW.'
                : 'Optional: only for a proxy in front of the provider.'
            }
            required={needsAddress}
            autoComplete="off"
            {...form.getInputProps('baseUrl')}
          />
          <TextInput
            label="Default model"
            description="Asked when a step names none."
            required={needsAddress}
            autoComplete="off"
            {...form.getInputProps('defaultModel')}
          />
          <Switch label="Active" {...form.getInputProps('isActive', { type: 'checkbox' })} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
