import { AppError } from '../../platform/app-error.ts';
import type { ApiKeyPrincipal } from '../../platform/http/index.ts';
import { appNotAllowed } from '../api-keys/index.ts';
import type { AppFilter } from './store.ts';

/** Throws unless the principal may see recordings of several visits: a token for one session sees no list of others. */
export function mayList(principal: ApiKeyPrincipal): void {
  checkMayRead(principal);
  if (principal.sessionId !== undefined) throw accessDenied();
}

/** Throws unless the principal may see this one recording, before anybody looks whether it exists. */
export function mayRead(principal: ApiKeyPrincipal, params: Readonly<Record<string, string | undefined>>): void {
  checkMayRead(principal);
  if (principal.sessionId !== undefined && principal.sessionId !== params['id']) throw accessDenied();
}

/** The apps whose recordings a request is about. Throws for an app that is asked for and not the principal's. */
export function appsOf({ apps }: ApiKeyPrincipal, asked: string | undefined): AppFilter {
  // A key without apps is for all of its owner's; the tenant's wall keeps everybody else's out.
  const isForAll = apps.length === 0;
  if (asked === undefined) return isForAll ? undefined : apps;
  if (!isForAll && !apps.includes(asked)) throw appNotAllowed();
  return [asked];
}

function checkMayRead({ permissions }: ApiKeyPrincipal): void {
  if (!permissions.includes('sessions:read')) {
    throw new AppError('permission_denied', { reason: 'lacks sessions:read' });
  }
}

function accessDenied(): AppError {
  return new AppError('permission_denied', { reason: 'other_session', message: 'Access denied' });
}
