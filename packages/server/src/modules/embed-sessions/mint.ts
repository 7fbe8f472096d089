import { SignJWT } from 'jose';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId, type Random } from '../../platform/random.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { sessionAudience, sessionTokenType, type SessionClaims } from '../access/index.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { sessionTtlSeconds } from './limits.ts';

export type MintDeps = { clock: Clock; random: Random; keyring: Keyring; issuer: string };

/** Signs a session for a principal; what it may do is what the principal may do now. Lives five minutes. */
export async function mintSession(
  { clock, random, keyring, issuer }: MintDeps,
  principal: EmbedPrincipal,
  session: { visitorId: string; authTime: number; origin: string },
): Promise<{ token: string; expiresIn: number }> {
  const { credentialClass } = principal;
  // Neither mints sessions by any route: such a key is not for browsers, and who needs no credential needs no session.
  if (credentialClass === 'anonymous') throw new AppError('missing_auth', { reason: 'no_credential' });
  if (credentialClass === 'api_key') throw new AppError('permission_denied', { reason: 'api_key_has_no_sessions' });
  const { kid, privateKey } = await keyring.current();
  const now = Math.floor(clock.now() / 1000);
  const claims: SessionClaims = {
    sub: session.visitorId,
    jti: newId(random, 'session'),
    iat: now,
    exp: now + sessionTtlSeconds,
    auth_time: session.authTime,
    owner: principal.ownerId,
    workspace: principal.workspaceId,
    apps: [...principal.apps],
    permissions: [...principal.permissions],
    environment: principal.environment,
    origin: session.origin,
    cred: { class: credentialClass, id: principal.credentialId, version: principal.version },
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: sessionTokenType })
    .setIssuer(issuer)
    .setAudience(sessionAudience)
    .sign(privateKey);
  return { token, expiresIn: sessionTtlSeconds };
}
