import { Compile } from 'typebox/compile';
import type { Clock } from '../../platform/clock.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { sessionAudience, SessionClaims, sessionTokenType } from './session-claims.ts';
import { createSignedClaims, type SignedClaims } from './signed-claims.ts';

const claimsCheck = Compile(SessionClaims);

export type SessionTokens = SignedClaims<SessionClaims>;

/** Verifies the JWTs of embed sessions. */
export function createSessionTokens(deps: { clock: Clock; keyring: Keyring; issuer: string }): SessionTokens {
  return createSignedClaims(deps, {
    name: 'session',
    audience: sessionAudience,
    type: sessionTokenType,
    keys: 'published',
    isClaims: (payload) => claimsCheck.Check(payload),
  });
}

export { sessionAudience, sessionTokenType, type SessionClaims } from './session-claims.ts';
