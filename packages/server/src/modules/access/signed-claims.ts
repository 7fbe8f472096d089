import { hash, type KeyObject } from 'node:crypto';
import {
  decodeProtectedHeader,
  errors as joseErrors,
  jwtVerify,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { isCanonicalBase64url } from '../../platform/crypto/canonical-base64url.ts';
import type { Keyring } from '../signing-keys/index.ts';

const rememberedMax = 20_000;
const tokenLengthMax = 8192;
const headerNames = new Set(['alg', 'kid', 'typ']);

type Signed<Claims> = { kid: string; claims: Claims };

export type SignedClaims<Claims> = {
  /** The claims of a token that we signed, expired ones included; throws `invalid_token` for anything else. */
  verifyIgnoringExpiry(token: string): Promise<Claims>;
};

/** One kind of JWT of ours; no other kind passes for it. */
export type TokenKind<Claims> = {
  /** Begins the reason of every refusal. */
  name: string;
  audience: string;
  /** The `typ` of its header. */
  type: string;
  /** `unrevoked`: it may outlive the key that signed it, which is retired when its sessions are gone. */
  keys: 'published' | 'unrevoked';
  /** Whether a payload with a good signature says what a token of this kind must say. */
  isClaims: (payload: unknown) => payload is Claims;
};

/**
 * Verifies JWTs of one kind. A signature costs most of a request, so it is checked once per token and remembered, keyed
 * by the hash of the whole token and bounded. That is true for ever; whether the key that signed still counts is asked
 * at each use. Claims prove only who signed: the caller checks the expiry and the credential behind the token.
 */
export function createSignedClaims<Claims extends object>(
  deps: { clock: Clock; keyring: Keyring; issuer: string },
  kind: TokenKind<Claims>,
): SignedClaims<Claims> {
  const { clock, keyring, issuer } = deps;
  const { name, audience, type, keys, isClaims } = kind;
  const remembered = new LRUCache<string, Signed<Claims>>({ max: rememberedMax });

  /** An allow-list: a header that brings a key, a critical extension or another algorithm is none of ours. */
  async function keyOf(header: JWTHeaderParameters): Promise<KeyObject> {
    const isOurs = Object.keys(header).every((field) => headerNames.has(field)) && header.alg === 'EdDSA';
    if (!isOurs || header.kid === undefined) throw unknownKey();
    return verifyingKey(header.kid);
  }

  async function verifyingKey(kid: string): Promise<KeyObject> {
    const key = await (keys === 'published' ? keyring.find(kid) : keyring.findUnrevoked(kid));
    if (key === undefined) throw unknownKey();
    return key;
  }

  function unknownKey(): AppError {
    return new AppError('invalid_token', { reason: `${name}_key_unknown` });
  }

  async function verifiedPayload(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ['EdDSA'],
        issuer,
        audience,
        typ: type,
        currentDate: new Date(clock.now()),
        clockTolerance: 0,
      });
      return payload;
    } catch (error) {
      // Said only of a token whose signature and other claims are good, and whose owner can so be told.
      if (error instanceof joseErrors.JWTExpired) return error.payload;
      if (error instanceof joseErrors.JOSEError) {
        throw new AppError('invalid_token', { reason: `${name}: ${error.code}`, cause: error });
      }
      throw error;
    }
  }

  async function verifySignature(token: string): Promise<Signed<Claims>> {
    if (!token.split('.').every(isCanonicalBase64url)) throw new AppError('invalid_token', { reason: 'malformed' });
    const payload: unknown = await verifiedPayload(token);
    const { kid } = decodeProtectedHeader(token);
    if (kid === undefined) throw unknownKey();
    if (isClaims(payload)) return { kid, claims: payload };
    throw new AppError('invalid_token', { reason: `${name}_claims_malformed` });
  }

  return {
    async verifyIgnoringExpiry(token) {
      if (token.length > tokenLengthMax) throw new AppError('invalid_token', { reason: `${name}_too_long` });
      const key = hash('sha256', token, 'base64url');
      const known = remembered.get(key);
      if (known !== undefined) {
        await verifyingKey(known.kid);
        return known.claims;
      }
      const signed = await verifySignature(token);
      remembered.set(key, signed);
      return signed.claims;
    },
  };
}
