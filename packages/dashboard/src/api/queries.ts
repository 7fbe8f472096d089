import { useInfiniteQuery, type InfiniteData, type QueryKey, type UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ApiError } from './client.ts';

/** One page of a list as every route answers it. */
export type ListPage<Row> = { data: Row[]; nextCursor: string | null };

export type List<Row> = {
  /** Undefined until the first page is there. */
  rows: readonly Row[] | undefined;
  error: Error | null;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
};

/**
 * A list by its cursor. `key` names the list and all that filters it; `fetchPage` is asked for one page at a time.
 *
 *     const customers = useList(['workspaces', filter], (cursor) =>
 *       answerOf(api.GET('/v1/workspaces', { params: { query: { ...filter, ...cursor } } })));
 */
export function useList<Row>(
  key: QueryKey,
  fetchPage: (cursor: { cursor?: string }) => Promise<ListPage<Row>>,
  options: { refetchInterval?: number } = {},
): List<Row> {
  const query: UseInfiniteQueryResult<InfiniteData<ListPage<Row>>> = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(pageParam === null ? {} : { cursor: pageParam }),
    // Typed, because null is where the list begins.
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    ...options,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.data),
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

/** Whether asking again could help: what was refused stays refused. */
export function isWorthRetrying(failures: number, error: Error | ApiError): boolean {
  const status = 'status' in error ? error.status : 0;
  return failures < 2 && (status === 0 || status >= 500);
}

/** Whether the same request would be refused again, however often it is sent. */
export function isRefusal(error: Error | ApiError): boolean {
  const status = 'status' in error ? error.status : 0;
  return [400, 403, 404].includes(status);
}
