import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { useList, type List } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';

type OneSurface = paths['/v1/surfaces/{id}'];
export type Surface = OneSurface['get']['responses']['200']['content']['application/json'];
export type SurfaceChange = NonNullable<OneSurface['patch']['requestBody']>['content']['application/json'];
export type SurfaceWanted = NonNullable<paths['/v1/surfaces']['post']['requestBody']>['content']['application/json'];
export type Environment = Surface['environment'];

/** Surfaces, newest first; of one customer, or of all. */
export function useSurfaces(filter: { workspaceId?: string }): List<Surface> {
  return useList(['surfaces', 'list', filter], (cursor) =>
    answerOf(api.GET('/v1/surfaces', { params: { query: { ...filter, ...cursor } } })),
  );
}

export function useSurface(id: string): UseQueryResult<Surface> {
  return useQuery({
    queryKey: ['surfaces', id],
    queryFn: async () => answerOf(api.GET('/v1/surfaces/{id}', { params: { path: { id } } })),
  });
}

/** What can be done with a surface; each brings the screens up to date. */
export function useSurfaceActions(id: string) {
  const queries = useQueryClient();
  const show = {
    async onSuccess(surface: Surface) {
      queries.setQueryData(['surfaces', id], surface);
      await queries.invalidateQueries({ queryKey: ['surfaces', 'list'] });
    },
  };
  const change = useMutation({
    mutationFn: async (body: SurfaceChange) =>
      answerOf(api.PATCH('/v1/surfaces/{id}', { params: { path: { id } }, body })),
    ...show,
  });
  const rotate = useMutation({
    mutationFn: async () => answerOf(api.POST('/v1/surfaces/{id}/rotate-token', { params: { path: { id } } })),
    ...show,
  });
  const remove = useMutation({
    mutationFn: async () => answerOf(api.DELETE('/v1/surfaces/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['surfaces', 'list'] }),
  });
  return { change, rotate, remove };
}
