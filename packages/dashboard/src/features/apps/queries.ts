import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.gen.ts';

export type AppSummary = paths['/v1/apps']['get']['responses']['200']['content']['application/json']['data'][number];

/** The owner's apps to choose from; the newest 200, of which more than a screen can offer. */
export function useAppChoices(): UseQueryResult<AppSummary[]> {
  return useQuery({
    queryKey: ['apps', 'choices'],
    queryFn: async () => (await answerOf(api.GET('/v1/apps', { params: { query: { limit: '200' } } }))).data,
  });
}
