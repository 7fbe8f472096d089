import type { RefreshedSession } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError } from '../../platform/app-error.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { refreshableSeconds } from './limits.ts';
import { mintSession, type MintDeps } from './mint.ts';

/** The next token of the same session. Refused 30 minutes after the first redeem: then the host page vouches again. */
export async function refreshSession(
  deps: MintDeps,
  principal: EmbedPrincipal,
): Promise<Static<typeof RefreshedSession>> {
  const { session, origin } = principal;
  if (session === undefined || origin === undefined) {
    throw new AppError('invalid_token', {
      reason: 'refresh_without_session',
      hint: 'Only a session can be refreshed.',
    });
  }
  if (deps.clock.now() >= (session.authTime + refreshableSeconds) * 1000) {
    throw new AppError('invalid_token', {
      reason: 'session_too_old_to_refresh',
      hint: 'Ask the host page for a new ticket.',
    });
  }
  return mintSession(deps, principal, { ...session, origin });
}
