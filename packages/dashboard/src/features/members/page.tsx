import { managementRoles, type ManagementRole } from '@microapp/contract';
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link as LinkIcon, Plus, Power, Trash2, UserCog } from 'lucide-react';
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
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

type Member = paths['/v1/members']['get']['responses']['200']['content']['application/json']['data'][number];
type Invitation = paths['/v1/members']['post']['responses']['201']['content']['application/json'];

const roleWords: Readonly<Record<ManagementRole, string>> = {
  viewer: 'Viewer: sees everything but secrets, changes nothing',
  developer: 'Developer: customers, apps, surfaces and embed tokens',
  admin: 'Admin: everything, keys and members too',
};
const roleOptions = managementRoles.map((role) => ({ value: role, label: roleWords[role] }));

/** `/members`: who may sign in here, and as what. */
export function Component() {
  const mayChange = useMay()('members:write');
  const { confirm } = useConfirm();
  const queries = useQueryClient();
  const [isInviting, { open, close }] = useDisclosure();
  const [invitation, setInvitation] = useState<Invitation>();
  const [changed, setChanged] = useState<Member>();
  const list = useList<Member>(['members'], (cursor) =>
    answerOf(api.GET('/v1/members', { params: { query: cursor } })),
  );
  const refresh = () => queries.invalidateQueries({ queryKey: ['members'] });
  const renew = useMutation({
    mutationFn: async (id: string) => answerOf(api.POST('/v1/members/{id}/link', { params: { path: { id } } })),
    onSuccess: setInvitation,
    onError: notifyOfError,
    onSettled: refresh,
  });
  const change = useMutation({
    mutationFn: async ({ id, status }: { id: string; status: 'active' | 'disabled' }) =>
      answerOf(api.PATCH('/v1/members/{id}', { params: { path: { id } }, body: { status } })),
    onError: notifyOfError,
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: async (id: string) => answerOf(api.DELETE('/v1/members/{id}', { params: { path: { id } } })),
    onSuccess: () => notifyOfSuccess('The member is removed.'),
    onError: notifyOfError,
    onSettled: refresh,
  });

  async function askToDisable({ id, name }: Member): Promise<void> {
    const isSure = await confirm({
      title: `Disable ${name}?`,
      text: 'Every browser that is signed in as this person is signed out on its next request. You can enable it again.',
      verb: 'Disable',
    });
    if (isSure) change.mutate({ id, status: 'disabled' });
  }

  async function askToRemove({ id, name }: Member): Promise<void> {
    const isSure = await confirm({
      title: `Remove ${name}?`,
      text: 'Every browser that is signed in as this person is signed out on its next request. The audit trail keeps what was done.',
      verb: 'Remove',
    });
    if (isSure) remove.mutate(id);
  }

  const invite = mayChange && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={open}>
      Invite a member
    </Button>
  );
  return (
    <Page
      title="Members"
      description="People who sign in here without an owner key. A one-time link lets each in; roles count from the next request."
      actions={invite}
    >
      <DataTable
        label="Members"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          {
            label: 'Member',
            cell: ({ name, email }) => (
              <Stack gap={2}>
                <span>{name}</span>
                {email !== null && (
                  <Text size="xs" c="dimmed">
                    {email}
                  </Text>
                )}
              </Stack>
            ),
          },
          { label: 'Status', cell: ({ status }) => <Status status={status} /> },
          { label: 'Role', cell: ({ role }) => role.charAt(0).toUpperCase() + role.slice(1) },
          { label: 'Joined', cell: ({ joinedAt }) => <Time at={joinedAt} never="not yet" /> },
          { label: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          {
            label: 'Actions',
            hidesLabel: true,
            width: 60,
            cell: (member) =>
              mayChange && (
                <RowMenu
                  of={member.name}
                  actions={[
                    { label: 'New sign-in link', icon: LinkIcon, onClick: () => renew.mutate(member.id) },
                    { label: 'Change role', icon: UserCog, onClick: () => setChanged(member) },
                    member.status === 'disabled'
                      ? {
                          label: 'Enable',
                          icon: Power,
                          onClick: () => change.mutate({ id: member.id, status: 'active' }),
                        }
                      : { label: 'Disable', icon: Power, onClick: () => void askToDisable(member) },
                    { label: 'Remove', icon: Trash2, onClick: () => void askToRemove(member), isDestructive: true },
                  ]}
                />
              ),
          },
        ]}
        empty={
          <EmptyState
            title="No members yet"
            text="Invite colleagues instead of sharing an owner key: each has a role of its own, and leaves by one click."
            action={invite}
          />
        }
      />
      {isInviting && (
        <InviteForm
          onClose={close}
          onInvited={(made) => {
            close();
            setInvitation(made);
          }}
        />
      )}
      {changed !== undefined && <RoleForm member={changed} onClose={() => setChanged(undefined)} />}
      <SecretOnce
        shown={
          invitation && {
            title: `Sign-in link of ${invitation.member.name}`,
            secret: invitation.signInUrl,
            advice: (
              <>
                Send it to {invitation.member.name} alone. It works once, until <Time at={invitation.expiresAt} />; a
                new link makes this one dead.
              </>
            ),
          }
        }
        onStored={() => {
          setInvitation(undefined);
          renew.reset();
        }}
      />
    </Page>
  );
}

function InviteForm({ onClose, onInvited }: { onClose: () => void; onInvited: (invitation: Invitation) => void }) {
  const queries = useQueryClient();
  const fields = ['name', 'email', 'role'];
  const form = useForm<{ name: string; email: string; role: ManagementRole }>({
    initialValues: { name: '', email: '', role: 'developer' },
    validate: { name: (name) => (name.trim() === '' ? 'Give the person’s name.' : null) },
  });
  const invite = useMutation({
    mutationFn: async ({ name, email, role }: typeof form.values) =>
      answerOf(
        api.POST('/v1/members', {
          body: { name: name.trim(), role, ...(email.trim() !== '' && { email: email.trim() }) },
        }),
      ),
    async onSuccess(invitation) {
      onInvited(invitation);
      await queries.invalidateQueries({ queryKey: ['members'] });
    },
    onError: (error) => form.setErrors(issuesByField(error, fields).fields),
  });
  const rest = invite.error === null ? undefined : issuesByField(invite.error, fields).rest;
  return (
    <Modal opened onClose={onClose} title="Invite a member">
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          {rest !== undefined && <ErrorNotice error={rest} />}
          <TextInput label="Name" required autoComplete="off" data-autofocus {...form.getInputProps('name')} />
          <TextInput
            label="Email"
            description="Optional, to recognize the person by. Nothing is sent."
            type="email"
            autoComplete="off"
            {...form.getInputProps('email')}
          />
          <Select label="Role" data={roleOptions} allowDeselect={false} {...form.getInputProps('role')} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Make the link
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function RoleForm({ member, onClose }: { member: Member; onClose: () => void }) {
  const queries = useQueryClient();
  const [role, setRole] = useState<ManagementRole>(member.role);
  const save = useMutation({
    mutationFn: async () =>
      answerOf(api.PATCH('/v1/members/{id}', { params: { path: { id: member.id } }, body: { role } })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['members'] });
      notifyOfSuccess('Saved. It counts from the next request.');
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Role of ${member.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          {save.error !== null && <ErrorNotice error={save.error} />}
          <Select
            label="Role"
            data={roleOptions}
            value={role}
            onChange={(value) => value !== null && setRole(value)}
            allowDeselect={false}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={role === member.role}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
