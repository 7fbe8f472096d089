import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import { answerOf } from '../../api/client.ts';

/** A page that asked for a surface's widget. */
export type Sighting = {
  /** As the browser attests it. */
  origin: string;
  firstSeenAt: string;
  lastSeenAt: string;
  outcome: 'allowed' | 'refused';
};

type SightingPaths = {
  '/v1/surfaces/{id}/sightings': {
    get: {
      parameters: { path: { id: string } };
      responses: { 200: { content: { 'application/json': { data: Sighting[] } } } };
    };
  };
};

const sightingsApi = createClient<SightingPaths>({ baseUrl: '/' });

/** Where the surface was seen, the latest first; asked for anew every `refetchInterval` milliseconds, if given. */
export function useSightings(
  surfaceId: string,
  options: { refetchInterval?: number } = {},
): UseQueryResult<Sighting[]> {
  return useQuery({
    queryKey: ['surfaces', surfaceId, 'sightings'],
    queryFn: async () => {
      const asked = sightingsApi.GET('/v1/surfaces/{id}/sightings', { params: { path: { id: surfaceId } } });
      return (await answerOf(asked)).data;
    },
    ...options,
  });
}
