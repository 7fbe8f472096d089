import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { Secret } from '../secret.ts';

/**
 * Names a secret by what only the installation can compute: whoever reads the database cannot confirm a guess, which a
 * plain hash would let them. For secrets that are looked up by their value and kept encrypted.
 */
export type KeyedHash = {
  /** The name as it is stored: by the first of the installation's keys. */
  current(value: string, purpose: string): Buffer;
  /** Every name that may be stored: while keys are exchanged, some rows still have the name by an older one. */
  all(value: string, purpose: string): Buffer[];
};

const hashBytes = 32;

/** `keys` are those of the envelope: 32 bytes each, base64, the first is current. */
export function createKeyedHash(keys: readonly Secret[]): KeyedHash {
  // Derived, never the key itself: one key for one use (HKDF, RFC 5869; `purpose` keeps the uses apart, too).
  const ring = keys.map((secret) => {
    const derived = hkdfSync('sha256', Buffer.from(secret.reveal(), 'base64'), '', 'microapp keyed-hash 1', hashBytes);
    return createSecretKey(Buffer.from(derived));
  });
  const [first] = ring;
  if (first === undefined) throw new Error('A keyed hash needs at least one key.');

  const nameBy = (key: typeof first, value: string, purpose: string): Buffer =>
    createHmac('sha256', key).update(`${purpose}\0${value}`).digest();

  return {
    current: (value, purpose) => nameBy(first, value, purpose),
    all: (value, purpose) => ring.map((key) => nameBy(key, value, purpose)),
  };
}
