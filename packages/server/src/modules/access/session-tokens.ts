import { hash, type KeyObject } from 'node:crypto';
import {
  decodeProtectedHeader,
  errors as joseErrors,
  jwtVerify,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
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

type Signed = { kid: string; claims: SessionClaims };

export type SessionTokens = {
  /** The claims of a session that we signed, expired ones included; throws `invalid_token` for anything else. */
  verifyIgnoringExpiry(token: string): Promise<SessionClaims>;
};

/**
 * Verifies session JWTs. A signature costs most of a request, so it is checked once per token and remembered, keyed by
 * the hash of the whole token and bounded. That is true for ever; whether the key that signed is still published is asked
 * at each use. Claims prove only who signed: the caller checks the expiry and the credential behind the session.
 */
export function createSessionTokens(deps: { clock: Clock; keyring: Keyring; issuer: string }): SessionTokens {
  const { clock, keyring, issuer } = deps;
  const remembered = new LRUCache<string, Signed>({ max: rememberedMax });

  /** An allow-list: a header that brings a key, a critical extension or another algorithm is none of ours. */
  async function keyOf(header: JWTHeaderParameters): Promise<KeyObject> {
    const isOurs = Object.keys(header).every((name) => headerNames.has(name)) && header.alg === 'EdDSA';
    if (!isOurs || header.kid === undefined) throw unknownKey();
    return publishedKey(header.kid);
  }

  async function publishedKey(kid: string): Promise<KeyObject> {
    const key = await keyring.find(kid);
    if (key === undefined) throw unknownKey();
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

  async function verifySignature(token: string): Promise<Signed> {
    const payload = await verifiedPayload(token);
    const { kid } = decodeProtectedHeader(token);
    if (kid === undefined) throw unknownKey();
    if (claimsCheck.Check(payload)) return { kid, claims: payload };
    throw new AppError('invalid_token', { reason: 'session_claims_malformed' });
  }

  return {
    async verifyIgnoringExpiry(token) {
      if (token.length > tokenLengthMax) throw new AppError('invalid_token', { reason: 'session_too_long' });
      const key = hash('sha256', token, 'base64url');
      const known = remembered.get(key);
      if (known !== undefined) {
        await publishedKey(known.kid);
        return known.claims;
      }
      const signed = await verifySignature(token);
      remembered.set(key, signed);
      return signed.claims;
    },
  };
}

function unknownKey(): AppError {
  return new AppError('invalid_token', { reason: 'session_key_unknown' });
}
