import { hash } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  errors as joseErrors,
  jwtVerify,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { KeySet, ProviderKeys } from './provider-keys.ts';

/** Who an access token is about. Its other claims are as the provider made them: untyped. */
export type AccessToken = { subject: string; /** Epoch seconds. */ expiresAt: number; claims: JWTPayload };

export type AccessTokens = {
  /**
   * What an access token says, an expired one included, so that its refusal can be told to whom it is about. Throws
   * `invalid_token` for anything but an access token of this provider for this audience, `unavailable` without keys.
   */
  verifyIgnoringExpiry(token: string): Promise<AccessToken>;
};

/** Asymmetric only: with a shared secret whoever checks could sign, and a public key would pass for one. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** RFC 9068 says `at+jwt`; many providers say `JWT` or nothing. Every other kind of token has a name of its own. */
const types = new Set([undefined, 'jwt', 'at+jwt']);
/** What only other kinds of token have: ID tokens (Core 1.0, 3.1.3.6 and 3.3.2.11), logout and security events. */
const foreignClaims = ['at_hash', 'c_hash', 's_hash', 'events'];
const tokenLengthMax = 8192;
/** Their clock may be ahead of ours. */
const notBeforeToleranceSeconds = 30;
/** Core 1.0, section 2: at most 255 ASCII characters. It is written to logs as it is. */
const subjectForm = /^[\x20-\x7e]{1,255}$/;

/**
 * Verifies the access tokens (RFC 9068 and those that came before it) of one identity provider for one audience. A
 * signature is checked once and remembered with the keys that it was checked by, under the hash of the whole token.
 */
export function createAccessTokens({
  issuer,
  audience,
  clock,
  keys,
}: {
  issuer: string;
  audience: string;
  clock: Clock;
  keys: ProviderKeys;
}): AccessTokens {
  async function verifiedBy(keySet: KeySet, token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keySet.resolve, {
        algorithms,
        issuer,
        audience,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(clock.now()),
        clockTolerance: notBeforeToleranceSeconds,
      });
      return payload;
    } catch (error) {
      // Thrown when all else is good.
      if (error instanceof joseErrors.JWTExpired) return error.payload;
      throw error;
    }
  }

  async function verifiedPayload(token: string): Promise<JWTPayload> {
    const known = await keys.current();
    const key = hash('sha256', token, 'base64url');
    const remembered = known.verified.get(key);
    if (remembered !== undefined) return remembered;
    try {
      const payload = await verifiedBy(known, token);
      known.verified.set(key, payload);
      return payload;
    } catch (error) {
      if (!(error instanceof joseErrors.JWKSNoMatchingKey)) throw error;
      const newer = await keys.newerThan(known);
      if (newer === undefined) throw error;
      const payload = await verifiedBy(newer, token);
      newer.verified.set(key, payload);
      return payload;
    }
  }

  return {
    async verifyIgnoringExpiry(token) {
      checkUnverified(token, issuer);
      let claims: JWTPayload;
      try {
        claims = await verifiedPayload(token);
      } catch (error) {
        if (error instanceof joseErrors.JWTClaimValidationFailed) throw refusal(`claim ${error.claim}`, error);
        if (error instanceof joseErrors.JOSEError) throw refusal(error.code, error);
        throw error;
      }
      return parseAccessToken(claims);
    },
  };
}

/**
 * Refuses what cannot be of this provider before anything is fetched or computed for it. Proves nothing: a signature
 * covers all of it later.
 */
function checkUnverified(token: string, issuer: string): void {
  if (token.length > tokenLengthMax) throw refusal('too long');
  const { header, claims } = parseUnverified(token);
  if (!algorithms.includes(header.alg)) throw refusal('algorithm');
  if (!types.has(header.typ?.toLowerCase().replace(/^application\//, ''))) throw refusal('type');
  if (claims.iss !== issuer) throw refusal('another issuer');
}

function parseUnverified(token: string): { header: JWTHeaderParameters; claims: JWTPayload } {
  try {
    // jose types the header of what may be unsigned; whether `alg` is there is what the caller looks at next.
    const header = decodeProtectedHeader(token) as JWTHeaderParameters;
    const isTyped = header.typ === undefined || typeof header.typ === 'string';
    if (isTyped) return { header, claims: decodeJwt(token) };
  } catch (error) {
    throw refusal('malformed', error);
  }
  throw refusal('malformed');
}

function parseAccessToken(claims: JWTPayload): AccessToken {
  const { sub, exp, typ, cnf } = claims;
  if (typeof sub !== 'string' || !subjectForm.test(sub)) throw refusal('subject');
  if (typeof exp !== 'number') throw refusal('no expiry');
  // Keycloak names the kind in the claims: Bearer, ID, Refresh, Logout.
  const isNamedOtherwise = typ !== undefined && (typeof typ !== 'string' || typ.toLowerCase() !== 'bearer');
  if (isNamedOtherwise || foreignClaims.some((name) => Object.hasOwn(claims, name))) throw refusal('no access token');
  // RFC 7800: it is good only with a proof of its holder's key, which a bearer does not give.
  if (cnf !== undefined) throw refusal('sender-constrained');
  return { subject: sub, expiresAt: exp, claims };
}

function refusal(why: string, cause?: unknown): AppError {
  return new AppError('invalid_token', { reason: `access_token: ${why}`, cause });
}
