import { Alert, Anchor, Button, Code, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { CalendarCheck, Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay, useSession } from '../../session/session.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notifyOfError } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { filled, useUrlState } from '../../ui/use-url-state.ts';
import { useManaged } from '../workspaces/manage.tsx';
import { columnsOf } from './columns.tsx';
import { CopyUrl } from './copy-url.tsx';
import { CreateEmbedToken } from './create.tsx';
import { TokenDetails } from './details.tsx';
import {
  nameOf,
  useEmbedTokenActions,
  useEmbedTokens,
  type EmbedToken,
  type EmbedTokenFilter,
  type EmbedTokenWithSecret,
} from './queries.ts';
import { Replace } from './replace.tsx';
import { ReviewReminder } from './review-reminder.tsx';
import { secretOf } from './secret-of.tsx';
import { TestToken } from './test-token.tsx';

const unusedDays = 30;

/** Which dialog is open, for which token. */
type Open = { dialog: 'url' | 'test' | 'details' | 'replace'; token: EmbedToken };

/** The Embed URLs of a customer: its embed tokens, and everything that can be done with them. */
export function Component() {
  const workspace = useManaged();
  const { embedUrl } = useSession();
  const mayChange = useMay()('embed-tokens:write');
  const { confirm } = useConfirm();
  const [filter, setFilter] = useUrlState({ status: 'active', unused: '', sort: '' });
  const { status, ...others } = filled(filter);
  const list = useEmbedTokens(workspace.id, {
    ...others,
    ...(status !== 'all' && { status }),
  } as EmbedTokenFilter); // The selects below offer these words and no others.
  const { rotate, revoke, revokeUnused } = useEmbedTokenActions(workspace.id);
  const [isCreating, { open: startCreating, close: stopCreating }] = useDisclosure();
  const [created, setCreated] = useState<EmbedTokenWithSecret>();
  const [open, setOpen] = useState<Open>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const refusals = [
    ...(workspace.status === 'active'
      ? []
      : ['This customer is disabled: its tokens do not work, and none can be made.']),
    ...(workspace.portalEnabled ? [] : ['Portal access is off: no embed token can be made for this customer.']),
    ...(workspace.features.length > 0 ? [] : ['No feature is on: a token could do nothing.']),
  ];

  // Only what is in view: a filter takes the rest out of the choice.
  const chosen =
    filter.status === 'active' ? (list.rows ?? []).map(({ id }) => id).filter((id) => selected.has(id)) : [];

  async function rotateNow(token: EmbedToken): Promise<void> {
    const isSure = await confirm({
      title: `Rotate ${nameOf(token)}?`,
      text: 'The token that is in use stops working on the next request, and its copied URLs with it. The new one is shown once. To have both for a while, replace it step by step.',
      verb: 'Rotate',
    });
    // The promise, and not the mutation's callbacks, which only the last of several would run.
    if (isSure) await rotate.mutateAsync(token.id).then(setCreated, notifyOfError);
  }

  async function revokeOne(token: EmbedToken): Promise<void> {
    const isSure = await confirm({
      title: `Revoke ${nameOf(token)}?`,
      text: 'Its widgets, iframes and calls stop working on the next request. This cannot be taken back.',
      verb: 'Revoke',
    });
    if (!isSure) return;
    revoke.mutate([token.id], {
      onSuccess: () => notifyOfSuccess(`${nameOf(token)} is revoked.`),
      onError: notifyOfError,
    });
  }

  async function revokeSelected(): Promise<void> {
    const ids = chosen;
    const isSure = await confirm({
      title: `Revoke ${ids.length} ${ids.length === 1 ? 'token' : 'tokens'}?`,
      text: 'Everything that uses them stops working on the next request. This cannot be taken back.',
      verb: 'Revoke',
    });
    if (!isSure) return;
    revoke.mutate(ids, {
      onSuccess: () => {
        setSelected(new Set());
        notifyOfSuccess(ids.length === 1 ? 'One token is revoked.' : `${ids.length} tokens are revoked.`);
      },
      onError: notifyOfError,
    });
  }

  async function revokeAllUnused(): Promise<void> {
    const isSure = await confirm({
      title: 'Revoke every unused token?',
      text: `All tokens of ${workspace.name} that were neither used nor made in the last ${unusedDays} days stop working. This cannot be taken back.`,
      verb: 'Revoke unused tokens',
    });
    if (!isSure) return;
    revokeUnused.mutate(unusedDays, {
      onSuccess: (count) => notifyOfSuccess(count === 1 ? 'One token is revoked.' : `${count} tokens are revoked.`),
      onError: notifyOfError,
    });
  }

  const columns = columnsOf({
    mayChange,
    onShow: (token) => setOpen({ dialog: 'details', token }),
    onCopyUrl: (token) => setOpen({ dialog: 'url', token }),
    onTest: (token) => setOpen({ dialog: 'test', token }),
    onReplace: (token) => setOpen({ dialog: 'replace', token }),
    onRotate: (token) => void rotateNow(token),
    onRevoke: (token) => void revokeOne(token),
  });
  const isUnusedOnly = filter.unused !== '';

  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={560}>
          An embed token lets a website, an iframe or a server of this customer use some of your apps. It is no API key:
          it belongs to {workspace.name} and reaches nothing else.
        </Text>
        {mayChange && (
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={startCreating} disabled={refusals.length > 0}>
            Create Embed Token
          </Button>
        )}
      </Group>
      {refusals.length > 0 && (
        <Alert variant="default" title="No token can be made at the moment" role="status">
          {refusals.map((refusal) => (
            <div key={refusal}>{refusal}</div>
          ))}
          <Anchor component={Link} to={`/customers/${workspace.id}`} mt="xs" display="inline-block">
            Change the customer
          </Anchor>
        </Alert>
      )}
      <ReviewReminder workspace={workspace} hasTokens={(list.rows?.length ?? 0) > 0} />
      <Group gap="sm">
        <SegmentedControl
          aria-label="Tokens to show"
          data={[
            { value: 'active', label: 'Active' },
            { value: 'expired', label: 'Expired' },
            { value: 'revoked', label: 'Revoked' },
            { value: 'all', label: 'All' },
          ]}
          value={filter.status}
          onChange={(value) => {
            setSelected(new Set());
            setFilter({ status: value });
          }}
        />
        <Select
          aria-label="Use"
          data={[
            { value: '', label: 'Used or not' },
            { value: String(unusedDays), label: `Unused for ${unusedDays} days` },
            { value: 'true', label: 'Never used' },
          ]}
          value={filter.unused}
          onChange={(unused) => setFilter({ unused: unused ?? '' })}
          allowDeselect={false}
          w={{ base: '100%', xs: 190 }}
        />
        <Select
          aria-label="Order"
          data={[
            { value: '', label: 'Newest first' },
            { value: 'lastUsedAt', label: 'Latest used first' },
          ]}
          value={filter.sort}
          onChange={(sort) => setFilter({ sort: sort ?? '' })}
          allowDeselect={false}
          w={{ base: '100%', xs: 170 }}
        />
        {mayChange && chosen.length > 0 && (
          <Button color="red" onClick={() => void revokeSelected()} loading={revoke.isPending}>
            Revoke {chosen.length} selected
          </Button>
        )}
        {mayChange && filter.unused === String(unusedDays) && chosen.length === 0 && (list.rows?.length ?? 0) > 0 && (
          <Button
            variant="default"
            leftSection={<CalendarCheck size={16} aria-hidden />}
            onClick={() => void revokeAllUnused()}
            loading={revokeUnused.isPending}
          >
            Revoke all unused
          </Button>
        )}
      </Group>
      <DataTable
        label={`Embed tokens of ${workspace.name}`}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        {...(mayChange && filter.status === 'active' && { selection: { selected, onChange: setSelected, nameOf } })}
        empty={
          filter.status === 'active' && !isUnusedOnly ? (
            <EmptyState
              title="No active embed token"
              text="Make one for each place where it is used, so that each can be revoked by itself."
              action={
                mayChange && (
                  <Button onClick={startCreating} disabled={refusals.length > 0}>
                    Create Embed Token
                  </Button>
                )
              }
            />
          ) : (
            <EmptyState
              title="No token matches"
              text={isUnusedOnly ? 'Every token here is in use.' : 'There is none of this kind.'}
              action={
                <Button variant="default" onClick={() => setFilter({ status: 'all', unused: '' })}>
                  Show all tokens
                </Button>
              }
            />
          )
        }
      />
      <Text c="dimmed" size="sm">
        Calls to your own account from a backend use an{' '}
        <Anchor component={Link} to="/developers/api-keys" underline="always">
          API key
        </Anchor>{' '}
        instead. An owner key, <Code>mk_…</Code>, belongs in no page and no widget.
      </Text>

      <CreateEmbedToken workspace={workspace} opened={isCreating} onClose={stopCreating} onCreated={setCreated} />
      <SecretOnce
        shown={created && secretOf(created, { customer: workspace.name, embedUrl })}
        onStored={() => {
          setCreated(undefined);
          rotate.reset();
        }}
      />
      {open?.dialog === 'url' && <CopyUrl token={open.token} onClose={() => setOpen(undefined)} />}
      {open?.dialog === 'test' && <TestToken token={open.token} onClose={() => setOpen(undefined)} />}
      {open?.dialog === 'details' && <TokenDetails token={open.token} onClose={() => setOpen(undefined)} />}
      {open?.dialog === 'replace' && (
        <Replace token={open.token} workspace={workspace} onClose={() => setOpen(undefined)} />
      )}
    </Stack>
  );
}
