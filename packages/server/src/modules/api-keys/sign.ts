import { createSecretKey } from 'node:crypto';
import type { SignRequest } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { ApiKeyPrincipal } from '../../platform/http/index.ts';
import { openApiKey, type Vault } from './sealed-key.ts';
import { signToken } from './signed-token.ts';
import { checkSignable } from './signable.ts';
import { findApiKey } from './store.ts';

export type SignDeps = Pick<Vault, 'envelope'> & { db: Database; clock: Clock; maxSignedTokenTtlSeconds: number };

/** Throws unless the key itself asks: whoever holds a token was given it, and makes no further ones. */
export function checkMaySign(principal: ApiKeyPrincipal): void {
  if (principal.class === 'api_key') return;
  throw new AppError('invalid_token', {
    reason: 'signed_token_cannot_sign',
    message: 'Authentication required',
    hint: 'Send the API key itself, from your server.',
  });
}

/**
 * Signs a token with the key that asks: what the key's holder could do itself, for whoever has no HMAC at hand. Throws
 * `validation_failed` for a time that is past or too far away, `permission_denied` for more than the key may do.
 */
export async function signForHolder(
  deps: SignDeps,
  principal: ApiKeyPrincipal,
  wanted: Static<typeof SignRequest>,
): Promise<{ token: string }> {
  checkExpiry(deps, wanted.exp);
  checkSignable(wanted, principal);
  const row = await deps.db.withOwner({ ownerId: principal.ownerId }, (tx) => findApiKey(tx, principal.credentialId));
  if (row === undefined) throw new AppError('invalid_token', { reason: 'unknown', message: 'Authentication required' });
  const secret = openApiKey(deps, row.id, row.secret_sealed);
  return { token: signToken(createSecretKey(Buffer.from(secret.reveal())), { kid: row.id, ...wanted }) };
}

function checkExpiry({ clock, maxSignedTokenTtlSeconds }: SignDeps, exp: number): void {
  const now = clock.now() / 1000;
  if (exp <= now) throw invalid([{ path: 'exp', message: 'is in the past; give epoch seconds' }]);
  if (exp - now > maxSignedTokenTtlSeconds) {
    throw invalid([{ path: 'exp', message: `is more than ${maxSignedTokenTtlSeconds} seconds away` }]);
  }
}
