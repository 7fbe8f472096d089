import { Anchor, Button, Code, Group, Stack, Text, Tooltip } from '@mantine/core';
import {
  FlaskConical,
  Info,
  Link as LinkIcon,
  RefreshCw,
  Replace as ReplaceIcon,
  Trash2,
  TriangleAlert,
} from 'lucide-react';
import type { Column } from '../../ui/data-table.tsx';
import { RowMenu, type RowAction } from '../../ui/row-menu.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { nameOf, type EmbedToken } from './queries.ts';

type Handlers = Record<
  'onShow' | 'onCopyUrl' | 'onTest' | 'onReplace' | 'onRotate' | 'onRevoke',
  (token: EmbedToken) => void
> & { mayChange: boolean };

/** The columns of the list of embed tokens, with what can be done at the end of each row. */
export function columnsOf(handlers: Handlers): [Column<EmbedToken>, ...Column<EmbedToken>[]] {
  const { mayChange, onShow, onCopyUrl } = handlers;
  return [
    {
      label: 'Token',
      cell: (token) => (
        <Stack gap={2}>
          <Group gap={6}>
            <Anchor component="button" type="button" ta="start" onClick={() => onShow(token)}>
              {token.label ?? 'Without a label'}
            </Anchor>
            {token.seenInUrlAt !== null && (
              <Tooltip label="Seen in a URL: rotate it. URLs end up in logs and histories.">
                <TriangleAlert size={16} color="var(--app-warn)" aria-label="Seen in a URL" role="img" />
              </Tooltip>
            )}
          </Group>
          <Group gap={6}>
            <Code fz={12} style={{ whiteSpace: 'nowrap' }}>
              {token.id}
            </Code>
            <Text span size="xs" c="dimmed">
              {token.use}
            </Text>
          </Group>
        </Stack>
      ),
    },
    { label: 'Status', cell: ({ status }) => <Status status={status} /> },
    { label: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
    { label: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
    { label: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    {
      label: 'Origins seen',
      cell: ({ originsSeen }) => <OriginsSeen origins={originsSeen.map(({ origin }) => origin)} />,
    },
    {
      label: 'Actions',
      hidesLabel: true,
      width: 150,
      cell: (token) => (
        <Group gap={4} wrap="nowrap" justify="flex-end">
          {mayChange && token.status === 'active' && token.use !== 'server' && (
            <Button
              variant="default"
              size="xs"
              onClick={() => onCopyUrl(token)}
              aria-label={`Copy URL of ${nameOf(token)}`}
            >
              Copy URL
            </Button>
          )}
          <RowMenu of={nameOf(token)} actions={actionsOf(token, handlers)} />
        </Group>
      ),
    },
  ];
}

function actionsOf(token: EmbedToken, handlers: Handlers): RowAction[] {
  const show: RowAction = { label: 'Details and activity', icon: Info, onClick: () => handlers.onShow(token) };
  if (!handlers.mayChange) return [show];
  const test: RowAction = { label: 'Test', icon: FlaskConical, onClick: () => handlers.onTest(token) };
  if (token.status === 'revoked') return [show, test];
  return [
    show,
    test,
    ...(token.use === 'server'
      ? []
      : [{ label: 'Copy URL', icon: LinkIcon, onClick: () => handlers.onCopyUrl(token) }]),
    { label: 'Replace step by step', icon: ReplaceIcon, onClick: () => handlers.onReplace(token) },
    ...(token.status === 'active'
      ? [{ label: 'Rotate now', icon: RefreshCw, onClick: () => handlers.onRotate(token) }]
      : []),
    { label: 'Revoke', icon: Trash2, onClick: () => handlers.onRevoke(token), isDestructive: true },
  ];
}

function OriginsSeen({ origins }: { origins: readonly string[] }) {
  const [first, ...more] = origins;
  if (first === undefined)
    return (
      <Text span c="dimmed" inherit>
        none
      </Text>
    );
  return (
    <Tooltip label={origins.join(', ')} disabled={more.length === 0}>
      <Text span size="xs" display="inline-block" miw={112} style={{ overflowWrap: 'anywhere' }}>
        {first.replace(/^https?:\/\//, '')}
        {more.length > 0 && ` and ${more.length} more`}
      </Text>
    </Tooltip>
  );
}
