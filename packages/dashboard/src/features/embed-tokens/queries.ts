import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { useList, type List } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';

type ListOperation = paths['/v1/workspaces/{id}/embed-tokens']['get'];
type CreateOperation = paths['/v1/workspaces/{id}/embed-tokens']['post'];
export type EmbedToken = ListOperation['responses']['200']['content']['application/json']['data'][number];
export type EmbedTokenFilter = Omit<NonNullable<NonNullable<ListOperation['parameters']>['query']>, 'cursor' | 'limit'>;
export type EmbedTokenWanted = NonNullable<CreateOperation['requestBody']>['content']['application/json'];
/** With its secret, which is in the answer to creating or rotating it and nowhere else. */
export type EmbedTokenWithSecret = CreateOperation['responses']['201']['content']['application/json'];

/** The embed tokens of a customer. */
export function useEmbedTokens(workspaceId: string, filter: EmbedTokenFilter): List<EmbedToken> {
  return useList(['embed-tokens', workspaceId, filter], (cursor) =>
    answerOf(
      api.GET('/v1/workspaces/{id}/embed-tokens', {
        params: { path: { id: workspaceId }, query: { ...filter, ...cursor } },
      }),
    ),
  );
}

/** What can be done with embed tokens; each brings the lists up to date. */
export function useEmbedTokenActions(workspaceId: string) {
  const queries = useQueryClient();
  const refresh = { onSettled: () => queries.invalidateQueries({ queryKey: ['embed-tokens', workspaceId] }) };
  const create = useMutation({
    mutationFn: async (wanted: EmbedTokenWanted) =>
      answerOf(api.POST('/v1/workspaces/{id}/embed-tokens', { params: { path: { id: workspaceId } }, body: wanted })),
    ...refresh,
  });
  const rotate = useMutation({
    mutationFn: async (id: string) => answerOf(api.POST('/v1/embed-tokens/{id}/rotate', { params: { path: { id } } })),
    ...refresh,
  });
  const revoke = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) await answerOf(api.DELETE('/v1/embed-tokens/{id}', { params: { path: { id } } }));
    },
    ...refresh,
  });
  const revokeUnused = useMutation({
    mutationFn: async (unusedSinceDays: number) => {
      let count = 0;
      for (let hasMore = true; hasMore;) {
        const answer = await answerOf(
          api.POST('/v1/workspaces/{id}/embed-tokens/revoke-unused', {
            params: { path: { id: workspaceId } },
            body: { unusedSinceDays },
          }),
        );
        count += answer.revokedIds.length;
        ({ hasMore } = answer);
      }
      return count;
    },
    ...refresh,
  });
  return { create, rotate, revoke, revokeUnused };
}

/** What a token is called where a person reads it. */
export function nameOf({ label, id }: { label: string | null; id: string }): string {
  return label === null || label === '' ? id : `“${label}”`;
}
