import { Compile } from 'typebox/compile';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { urlTokenAudience, UrlTokenClaims, urlTokenType, type EmbedTokenRecord } from '../embed-tokens/index.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { createSignedClaims, type SignedClaims } from './signed-claims.ts';
import { verifyNamed, type Access, type Attribute } from './verify-credential.ts';

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

/** The embed token that a URL token names and the app that it is for, if both may still be used. The caller checks the origin. */
export async function verifyUrlToken(
  access: Access,
  token: string,
  attribute: Attribute,
): Promise<{ record: EmbedTokenRecord; app: string }> {
  const claims = await access.urlTokens.verifyIgnoringExpiry(token);
  const { owner: ownerId, workspace: workspaceId, cred } = claims;
  const who = { credentialClass: 'url_token', credentialId: cred.id, ownerId, workspaceId };
  attribute(who);
  if (claims.exp * 1000 <= access.clock.now()) throw new AppError('invalid_token', { reason: 'url_token_expired' });
  const name = { class: 'embed_token', id: cred.id, version: cred.version, ownerId, workspaceId } as const;
  // Attributed to the token that it names, as the one that a person sees and can revoke, but by its own class.
  const record = await verifyNamed(access, name, (found) => attribute({ ...found, credentialClass: 'url_token' }));
  if (record.class !== 'embed_token') throw new AppError('invalid_token', { reason: 'unknown' });
  return { record, app: claims.app };
}
