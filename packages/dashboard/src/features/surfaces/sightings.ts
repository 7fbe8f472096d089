import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.gen.ts';

/** A page that asked for a surface's widget; `origin` is as the browser attests it. */
export type Sighting =
  paths['/v1/surfaces/{id}/sightings']['get']['responses']['200']['content']['application/json']['data'][number];

/** Where the surface was seen, the latest first; asked for anew every `refetchInterval` milliseconds, if given. */
export function useSightings(
  surfaceId: string,
  options: { refetchInterval?: number } = {},
): UseQueryResult<Sighting[]> {
  return useQuery({
    queryKey: ['surfaces', surfaceId, 'sightings'],
    queryFn: async () =>
      (await answerOf(api.GET('/v1/surfaces/{id}/sightings', { params: { path: { id: surfaceId } } }))).data,
    ...options,
  });
}
