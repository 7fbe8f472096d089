import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { useList, type List } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';

export type Workspace = paths['/v1/workspaces/{id}']['get']['responses']['200']['content']['application/json'];
export type WorkspaceFilter = { status?: 'active' | 'disabled'; search?: string };

/** Customers, newest first. */
export function useWorkspaces(filter: WorkspaceFilter): List<Workspace> {
  return useList(['workspaces', 'list', filter], (cursor) =>
    answerOf(api.GET('/v1/workspaces', { params: { query: { ...filter, ...cursor } } })),
  );
}

/** One customer; with an empty id nobody is asked for. */
export function useWorkspace(id: string): UseQueryResult<Workspace> {
  return useQuery({
    queryKey: ['workspaces', id],
    queryFn: async () => answerOf(api.GET('/v1/workspaces/{id}', { params: { path: { id } } })),
    enabled: id !== '',
  });
}
