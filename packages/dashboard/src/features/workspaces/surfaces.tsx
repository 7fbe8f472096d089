import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Plus } from 'lucide-react';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { useList } from '../../api/queries.ts';
import { useMay } from '../../session/session.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { useManaged } from './manage.tsx';

/** Where this customer embeds something. */
export function Component() {
  const { id, name } = useManaged();
  const mayCreate = useMay()('surfaces:write');
  const list = useList(['surfaces', 'list', { workspaceId: id }], (cursor) =>
    answerOf(api.GET('/v1/surfaces', { params: { query: { workspaceId: id, ...cursor } } })),
  );
  const create = mayCreate && (
    <Button component={Link} to={`/surfaces/new?workspaceId=${id}`} leftSection={<Plus size={16} aria-hidden />}>
      New surface
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={560}>
          Where apps stand on the websites of {name}.
        </Text>
        {(list.rows?.length ?? 0) > 0 && create}
      </Group>
      <DataTable
        label={`Surfaces of ${name}`}
        list={list}
        keyOf={(surface) => surface.id}
        columns={[
          {
            label: 'Surface',
            cell: (surface) => (
              <Anchor component={Link} to={`/surfaces/${surface.id}`}>
                {surface.name}
              </Anchor>
            ),
          },
          { label: 'Environment', cell: ({ environment }) => <Status status={environment} /> },
          { label: 'Apps', cell: ({ apps }) => apps.join(', ') },
          { label: 'Allowed origins', cell: ({ allowedOrigins }) => allowedOrigins.length, isNumber: true },
          { label: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
        empty={
          <EmptyState
            title={`${name} has no surface yet`}
            text="A surface is a place on the customer’s website: its domains, its look, and one line of script."
            action={create}
          />
        }
      />
    </Stack>
  );
}
