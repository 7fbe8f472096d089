import { hash, type KeyObject } from 'node:crypto';
import { errors as joseErrors, jwtVerify, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { Compile } from 'typebox/compile';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { sessionAudience, SessionClaims, sessionTokenType } from './session-claims.ts';

export { sessionAudience, sessionTokenType, type SessionClaims };

const rememberedMax = 20_000;
const tokenLengthMax = 8192;
const headerNames = new Set(['alg', 'kid', 'typ']);
const claimsCheck = Compile(SessionClaims);

export type SessionTokens = {
  /** The claims of a session that we signed, expired ones included; throws `invalid_token` for anything else. */
  verifyIgnoringExpiry(token: string): Promise<SessionClaims>;
};

/**
 * Verifies session JWTs. A signature costs most of a request, so it is checked once per token and remembered, keyed by
 * the hash of the whole token and bounded. Claims prove only who signed: at each use the caller checks the expiry and the
 * credential behind the session.
 */
export function createSessionTokens(deps: { clock: Clock; keyring: Keyring; issuer: string }): SessionTokens {
  const { clock, keyring, issuer } = deps;
  const remembered = new LRUCache<string, SessionClaims>({ max: rememberedMax });

  /** An allow-list: a header that brings a key, a critical extension or another algorithm is none of ours. */
  async function keyOf(header: JWTHeaderParameters): Promise<KeyObject> {
    const isOurs = Object.keys(header).every((name) => headerNames.has(name)) && header.alg === 'EdDSA';
    const key = isOurs && header.kid !== undefined ? await keyring.find(header.kid) : undefined;
    if (key === undefined) throw new AppError('invalid_token', { reason: 'session_key_unknown' });
    return key;
  }

  async function verifiedPayload(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ['EdDSA'],
        issuer,
        audience: sessionAudience,
        typ: sessionTokenType,
        currentDate: new Date(clock.now()),
        clockTolerance: 0,
      });
      return payload;
    } catch (error) {
      // Said only of a token whose signature and other claims are good, and whose owner can so be told.
      if (error instanceof joseErrors.JWTExpired) return error.payload;
      if (error instanceof joseErrors.JOSEError) {
        throw new AppError('invalid_token', { reason: `session: ${error.code}`, cause: error });
      }
      throw error;
    }
  }

  async function verifySignature(token: string): Promise<SessionClaims> {
    const payload = await verifiedPayload(token);
    if (claimsCheck.Check(payload)) return payload;
    throw new AppError('invalid_token', { reason: 'session_claims_malformed' });
  }

  return {
    async verifyIgnoringExpiry(token) {
      if (token.length > tokenLengthMax) throw new AppError('invalid_token', { reason: 'session_too_long' });
      const key = hash('sha256', token, 'base64url');
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const claims = await verifySignature(token);
      remembered.set(key, claims);
      return claims;
    },
  };
}
