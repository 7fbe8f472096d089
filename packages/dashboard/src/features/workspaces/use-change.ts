import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.gen.ts';

export type WorkspaceChange = NonNullable<
  paths['/v1/workspaces/{id}']['patch']['requestBody']
>['content']['application/json'];

/** Changes a customer, and what the screens know of it. */
export function useChangeWorkspace(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: WorkspaceChange) =>
      answerOf(api.PATCH('/v1/workspaces/{id}', { params: { path: { id } }, body: change })),
    async onSuccess(workspace) {
      queries.setQueryData(['workspaces', id], workspace);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['workspaces', 'list'] }),
        queries.invalidateQueries({ queryKey: ['usage', 'quotas'] }),
      ]);
    },
  });
}
