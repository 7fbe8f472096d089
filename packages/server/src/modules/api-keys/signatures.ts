import { hash, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isSignatureOf, type UnverifiedSignedToken } from './signed-token.ts';

export type Signatures = {
  /** Whether this key, as it is in this version, signed the token whose text and parts are given. */
  isGenuine(
    key: { id: string; version: number; signingKey: KeyObject },
    text: string,
    parts: UnverifiedSignedToken,
  ): boolean;
};

const rememberedMax = 20_000;

/**
 * Checks signatures of signed tokens and remembers the good ones: an HMAC costs half of such a request. What is remembered
 * is that a key of a version signed these very bytes, by the hash of all of them; whether the key may still be used, and
 * whether the token is expired, is asked each time. Bad signatures are not remembered: they could push out good ones.
 */
export function rememberSignatures(): Signatures {
  const genuine = new LRUCache<string, true>({ max: rememberedMax });
  return {
    isGenuine(key, text, parts) {
      const name = `${key.id}:${key.version}:${hash('sha256', text, 'base64url')}`;
      if (genuine.get(name) === true) return true;
      if (!isSignatureOf(key.signingKey, parts)) return false;
      genuine.set(name, true);
      return true;
    },
  };
}
