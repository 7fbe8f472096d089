import type { ManagementRole } from '@microapp/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { answerOf, api, ApiError, setRequestSession } from '../api/client.ts';
import type { paths } from '../api/schema.gen.ts';
import { may } from '../shell/navigation.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loading } from '../ui/loading.tsx';

export type CurrentSession =
  paths['/v1/dashboard-sessions/current']['get']['responses']['200']['content']['application/json'];

export const sessionKey = ['dashboard-sessions', 'current'];

const SessionContext = createContext<CurrentSession | undefined>(undefined);

/** Shows `children` to somebody who is signed in, and takes everybody else to the sign-in and back. */
export function SignedIn({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { pathname, search } = useLocation();
  const { data, error, refetch } = useQuery({
    queryKey: sessionKey,
    queryFn: async () => answerOf(api.GET('/v1/dashboard-sessions/current')),
    staleTime: 60_000,
    // Another tab may have signed out and in: what is saved here next needs that session's token.
    refetchOnWindowFocus: 'always',
  });
  const csrfToken = data?.csrfToken;
  // Before any request of the children: effects of children run first, so the token is set while rendering.
  setRequestSession(csrfToken, () => void queries.invalidateQueries({ queryKey: sessionKey }));
  useEffect(() => () => setRequestSession(undefined, () => undefined), []);

  if (error instanceof ApiError && error.status === 401) {
    const returnTo = pathname === '/' ? '' : `?returnTo=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${returnTo}`} replace />;
  }
  if (error !== null && data === undefined) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return <SessionContext value={data}>{children}</SessionContext>;
}

/** Who is signed in. Only below `SignedIn`. */
export function useSession(): CurrentSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('nobody is signed in here');
  return session;
}

/**
 * Whether whoever is signed in may do something, such as `embed-tokens:write`. What is hidden by it is refused by the
 * server, too.
 */
export function useMay(): (permission: string) => boolean {
  const { me } = useSession();
  const role: ManagementRole = me.role;
  return (permission) => may(role, permission);
}
