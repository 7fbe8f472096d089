import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import type { Workspace } from './queries.ts';

type CreateWorkspaceProps = {
  opened: boolean;
  onClose: () => void;
  /** Where to go with the new customer. */
  onCreated: (workspace: Workspace) => Promise<void> | void;
};

/** Asks for what a customer cannot do without; the rest is under Manage. */
export function CreateWorkspace({ opened, onClose, onCreated }: CreateWorkspaceProps) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: '', portalEnabled: true },
    validate: { name: (name) => (name.trim() === '' ? 'Give the customer a name.' : null) },
  });
  const create = useMutation({
    // A tool is what there is to embed today.
    mutationFn: async (wanted: { name: string; portalEnabled: boolean }) =>
      answerOf(api.POST('/v1/workspaces', { body: { ...wanted, features: ['tool:run'] } })),
    async onSuccess(workspace) {
      await queries.invalidateQueries({ queryKey: ['workspaces'] });
      close();
      await onCreated(workspace);
    },
    onError: (error) => form.setErrors(issuesByField(error, ['name', 'portalEnabled']).fields),
  });
  const rest = create.error === null ? undefined : issuesByField(create.error, ['name', 'portalEnabled']).rest;

  function close(): void {
    form.reset();
    create.reset();
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} title="New customer">
      <form onSubmit={form.onSubmit(({ name, portalEnabled }) => create.mutate({ name: name.trim(), portalEnabled }))}>
        <Stack>
          {rest !== undefined && <ErrorNotice error={rest} />}
          <TextInput label="Name" required data-autofocus autoComplete="off" {...form.getInputProps('name')} />
          <Switch
            label="Portal access"
            description="Embed tokens can be made for customers with portal access only."
            {...form.getInputProps('portalEnabled', { type: 'checkbox' })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create customer
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
