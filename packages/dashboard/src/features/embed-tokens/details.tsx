import { Alert, Anchor, Code, Drawer, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { featureWords } from '../workspaces/feature-words.ts';
import { nameOf, type EmbedToken } from './queries.ts';

/** Everything that is known of one token, and the way to what was done with it. */
export function TokenDetails({ token: listed, onClose }: { token: EmbedToken; onClose: () => void }) {
  const { id } = listed;
  const { data: token = listed } = useQuery({
    queryKey: ['embed-tokens', 'one', id],
    queryFn: async () => answerOf(api.GET('/v1/embed-tokens/{id}', { params: { path: { id } } })),
  });
  const facts: [string, ReactNode][] = [
    ['Token id', <Code key="id">{token.id}</Code>],
    ['Status', <Status key="status" status={token.status} />],
    ['Customer id', <Code key="customer">{token.workspaceId}</Code>],
    ['Partner id', <Code key="partner">{token.ownerId}</Code>],
    ['Use', token.use],
    ['Apps', token.apps.join(', ')],
    ['Permissions', token.permissions.map((permission) => featureWords[permission].label).join(', ')],
    ['Allowed origins', token.allowedOrigins === null ? 'those of the customer' : token.allowedOrigins.join(', ')],
    ['Created', <Time key="created" at={token.createdAt} />],
    ['Last used', <Time key="used" at={token.lastUsedAt} />],
    ['Expires', <Time key="expires" at={token.expiresAt} />],
    ['Version', String(token.version)],
  ];

  return (
    <Drawer opened onClose={onClose} title={nameOf(token)} position="right" size="lg">
      <Stack>
        {token.seenInUrlAt !== null && (
          <Alert variant="default" title="Seen in a URL">
            Somebody sent this token in an address <Time at={token.seenInUrlAt} />. It was refused there, but addresses
            end up in logs and histories: replace it.
          </Alert>
        )}
        <Table layout="fixed" aria-label="Facts">
          <Table.Tbody>
            {facts.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400} c="dimmed" w={130}>
                  {name}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Title order={2}>Origins seen</Title>
        {token.originsSeen.length === 0 ? (
          <Text c="dimmed">No page has used it yet.</Text>
        ) : (
          <Table aria-label="Origins seen">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Origin</Table.Th>
                <Table.Th ta="right">Worked</Table.Th>
                <Table.Th ta="right">Refused</Table.Th>
                <Table.Th>Last</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {token.originsSeen.map(({ origin, acceptedCount, refusedCount, lastSeenAt }) => (
                <Table.Tr key={origin}>
                  <Table.Th scope="row" fw={400} style={{ overflowWrap: 'anywhere' }}>
                    {origin}
                  </Table.Th>
                  <Table.Td ta="right">{acceptedCount}</Table.Td>
                  <Table.Td ta="right">{refusedCount}</Table.Td>
                  <Table.Td>
                    <Time at={lastSeenAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Anchor component={Link} to={`/logs/access?credentialId=${token.id}`}>
          Every request with this token
        </Anchor>
        <Anchor component={Link} to={`/logs/audit?targetId=${token.id}`}>
          Who changed it
        </Anchor>
      </Stack>
    </Drawer>
  );
}
