import { Anchor, Skeleton } from '@mantine/core';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { useWorkspace, type Workspace } from '../workspaces/queries.ts';

/** The newest customers, whose names one request brings. */
function useCustomerChoices(): UseQueryResult<Workspace[]> {
  return useQuery({
    queryKey: ['workspaces', 'newest'],
    queryFn: async () => (await answerOf(api.GET('/v1/workspaces', { params: { query: { limit: '200' } } }))).data,
  });
}

/** A customer by name, linked. Of the newest one request knows all; an older one is asked for by itself. */
export function CustomerLink({ workspaceId }: { workspaceId: string }) {
  const choices = useCustomerChoices();
  const known = choices.data?.find(({ id }) => id === workspaceId);
  if (choices.isPending) return <Skeleton height={20} width={120} display="inline-block" />;
  if (known === undefined) return <OlderCustomerLink workspaceId={workspaceId} />;
  return <NamedLink workspaceId={workspaceId} name={known.name} />;
}

function OlderCustomerLink({ workspaceId }: { workspaceId: string }) {
  const { data } = useWorkspace(workspaceId);
  return <NamedLink workspaceId={workspaceId} name={data?.name ?? workspaceId} />;
}

function NamedLink({ workspaceId, name }: { workspaceId: string; name: string }) {
  return (
    <Anchor component={Link} to={`/customers/${workspaceId}`}>
      {name}
    </Anchor>
  );
}
