import { Compile } from 'typebox/compile';
import type { Clock } from '../../platform/clock.ts';
import { urlTokenAudience, UrlTokenClaims, urlTokenType } from '../embed-tokens/index.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { createSignedClaims, type SignedClaims } from './signed-claims.ts';

const claimsCheck = Compile(UrlTokenClaims);

export type UrlTokens = SignedClaims<UrlTokenClaims>;

/** Verifies the JWTs of copied URLs. */
export function createUrlTokens(deps: { clock: Clock; keyring: Keyring; issuer: string }): UrlTokens {
  return createSignedClaims(deps, {
    name: 'url_token',
    audience: urlTokenAudience,
    type: urlTokenType,
    keys: 'unrevoked',
    isClaims: (payload) => claimsCheck.Check(payload),
  });
}
