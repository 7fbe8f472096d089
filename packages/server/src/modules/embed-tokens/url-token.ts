import { SignJWT } from 'jose';
import Type, { type Static } from 'typebox';
import type { Keyring } from '../signing-keys/index.ts';

export type SigningKey = Awaited<ReturnType<Keyring['current']>>;

/** Names the token's kind in its header, so that no other JWT of ours passes for one. */
export const urlTokenType = 'microapp-url+jwt';
export const urlTokenAudience = 'microapp:url';

/**
 * What a copied URL says: which embed token stands behind it, and in which version, so that it dies with that. Times are
 * epoch seconds. Nothing of it is the embed token's secret.
 */
export const UrlTokenClaims = Type.Object({
  jti: Type.String(),
  iat: Type.Integer(),
  exp: Type.Integer(),
  owner: Type.String(),
  workspace: Type.String(),
  app: Type.String(),
  cred: Type.Object({ class: Type.Literal('embed_token'), id: Type.String(), version: Type.Integer() }),
});
export type UrlTokenClaims = Static<typeof UrlTokenClaims>;

/** The signed token that a copied URL carries. */
export async function signUrlToken(
  { kid, privateKey }: SigningKey,
  { issuer, claims }: { issuer: string; claims: UrlTokenClaims },
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: urlTokenType })
    .setIssuer(issuer)
    .setAudience(urlTokenAudience)
    .sign(privateKey);
}
