import { permissionOfKind, permissions, type Permission } from '@microapp/contract';
import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  Radio,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { nowMs } from '../../browser-clock.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { useAppChoices } from '../apps/queries.ts';
import { featureWords } from '../workspaces/feature-words.ts';
import { entriesIn } from '../workspaces/info-fields.ts';
import type { Workspace } from '../workspaces/queries.ts';
import { expiryOf, expiries, type Expiry } from './expiry.ts';
import { useEmbedTokenActions, type EmbedTokenWithSecret } from './queries.ts';

const uses = [
  {
    value: 'widget',
    label: 'Website widget',
    description: 'Stands in a page’s script. The page’s domain has to be allowed.',
  },
  {
    value: 'iframe',
    label: 'Iframe',
    description: 'Embedded by Copy URL, which gives each iframe an address of its own.',
  },
  {
    value: 'server',
    label: 'Server',
    description: 'Stays on a backend, for API calls or for tickets. Refused in browsers.',
  },
] as const;

const fields = ['label', 'apps', 'permissions', 'expiresAt', 'allowedOrigins', 'use'];

type Values = {
  label: string;
  apps: string[];
  permissions: Permission[];
  expiry: Expiry;
  expiresOn: string;
  use: 'widget' | 'iframe' | 'server';
  allowedOrigins: string;
};

type CreateProps = {
  workspace: Workspace;
  opened: boolean;
  onClose: () => void;
  onCreated: (token: EmbedTokenWithSecret) => void;
};

/** Makes an embed token for one customer, whose name is the largest thing on it. */
export function CreateEmbedToken({ workspace, opened, onClose, onCreated }: CreateProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Create embed token" size="lg">
      {opened && (
        <CreateForm
          workspace={workspace}
          onCancel={onClose}
          onCreated={(token) => {
            onClose();
            onCreated(token);
          }}
        />
      )}
    </Modal>
  );
}

function CreateForm({
  workspace,
  onCancel,
  onCreated,
}: {
  workspace: Workspace;
  onCancel: () => void;
  onCreated: (token: EmbedTokenWithSecret) => void;
}) {
  const { create } = useEmbedTokenActions(workspace.id);
  const apps = useAppChoices();
  const form = useForm<Values>({
    initialValues: {
      label: '',
      apps: [],
      permissions: workspace.features.filter((feature) => feature === 'tool:run'),
      expiry: 'never',
      expiresOn: '',
      use: 'widget',
      allowedOrigins: '',
    },
    validate: {
      apps: (chosen) => (chosen.length === 0 ? 'Choose at least one app: a token for none opens nothing.' : null),
      permissions: (chosen) => (chosen.length === 0 ? 'Choose at least one permission.' : null),
      expiresOn: (day, { expiry }) => (expiry === 'date' && day === '' ? 'Choose the day.' : null),
    },
  });
  const { use, expiry } = form.values;
  const rest = create.error === null ? undefined : issuesByField(create.error, fields).rest;
  const hasOwnOrigins = workspace.allowedOrigins.length > 0;

  function choose(slugs: string[]): void {
    const kinds = apps.data?.filter(({ slug }) => slugs.includes(slug)).map(({ kind }) => kind) ?? [];
    const needed = kinds.map((kind) => permissionOfKind[kind]);
    form.setFieldValue('apps', slugs);
    // What the apps need and the customer has; more is for the person to choose.
    form.setFieldValue(
      'permissions',
      workspace.features.filter((feature) => needed.includes(feature)),
    );
  }

  function submit(values: Values): void {
    const origins = entriesIn(values.allowedOrigins);
    const expiresAt = expiryOf(values.expiry, values.expiresOn, new Date(nowMs()));
    create.mutate(
      {
        apps: values.apps,
        permissions: values.permissions,
        use: values.use,
        ...(values.label.trim() !== '' && { label: values.label.trim() }),
        ...(expiresAt !== undefined && { expiresAt }),
        ...(origins.length > 0 && values.use !== 'server' && { allowedOrigins: origins }),
      },
      { onSuccess: onCreated, onError: (error) => form.setErrors(issuesByField(error, fields).fields) },
    );
  }

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <div>
          <Text c="dimmed">For the customer</Text>
          <Text fz={24} lh="32px" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {workspace.name}
          </Text>
        </div>
        {rest !== undefined && <ErrorNotice error={rest} />}
        {apps.error !== null && <ErrorNotice error={apps.error} onRetry={() => void apps.refetch()} />}
        <TextInput
          label="Label"
          description="Optional. Where it is used, so that you recognize it: “Shop footer”."
          maxLength={200}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('label')}
        />
        <Radio.Group label="Where will it be used?" {...form.getInputProps('use')}>
          <Stack gap="xs" mt="xs">
            {uses.map((one) => (
              <Radio key={one.value} value={one.value} label={one.label} description={one.description} />
            ))}
          </Stack>
        </Radio.Group>
        <MultiSelect
          label="Apps"
          required
          searchable
          placeholder={form.values.apps.length === 0 ? 'Choose apps' : ''}
          nothingFoundMessage={
            apps.data?.length === 0 ? 'There is no app yet. Make one under Apps.' : 'No app of that name'
          }
          data={
            apps.data?.map(({ slug, name, status }) => ({
              value: slug,
              label: status === 'live' ? name : `${name} (draft)`,
            })) ?? []
          }
          {...form.getInputProps('apps')}
          onChange={choose}
        />
        <Checkbox.Group
          label="Permissions"
          description="No token can do more than its customer’s features."
          required
          {...form.getInputProps('permissions')}
          // The boxes below are these words and no others.
          onChange={(chosen) => form.setFieldValue('permissions', chosen as Permission[])}
        >
          <Stack gap="xs" mt="xs">
            {permissions
              .filter((permission) => workspace.features.includes(permission))
              .map((permission) => (
                <Checkbox key={permission} value={permission} label={featureWords[permission].label} />
              ))}
          </Stack>
        </Checkbox.Group>
        <Group grow align="flex-start">
          <Select label="Expires" data={expiries} allowDeselect={false} {...form.getInputProps('expiry')} />
          {expiry === 'date' && <TextInput label="On" type="date" required {...form.getInputProps('expiresOn')} />}
        </Group>
        {use !== 'server' && (
          <Textarea
            label="Allowed origins"
            description={
              hasOwnOrigins
                ? `Empty: those of the customer (${workspace.allowedOrigins.join(', ')}).`
                : 'The customer has none of its own, so without an entry here the token works in no browser.'
            }
            placeholder="www.example.com"
            autosize
            minRows={2}
            {...form.getInputProps('allowedOrigins')}
          />
        )}
        {use === 'widget' && (
          <Alert variant="default">
            A token in a page can be read by everybody who opens it. It opens these apps for this customer and nothing
            else.
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Generate
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
