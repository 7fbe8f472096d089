import { missingFrom, type ApiKeyScope } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';

export type Reach = { scope: ApiKeyScope; apps: readonly string[] };

/**
 * Throws unless a token may have this reach under a key of that reach, asked both when it is signed here and whenever it
 * is used. A key without apps reaches all of them; a token without apps reaches none, or it would escape its key.
 */
export function checkSignable(token: Reach, key: Reach): void {
  if (token.scope === 'interactive' && key.scope !== 'interactive') {
    throw new AppError('permission_denied', {
      reason: 'scope_exceeds_key',
      message: 'Token scope exceeds key scope',
    });
  }
  const isWithin = key.apps.length === 0 || missingFrom(key.apps, token.apps).length === 0;
  if (token.apps.length === 0 || !isWithin) throw appNotAllowed();
}

/** 403 for an app that the key, or the token signed with it, is not for. */
export function appNotAllowed(): AppError {
  return new AppError('permission_denied', {
    reason: 'app_not_in_scope',
    message: 'App not allowed for this key',
  });
}
