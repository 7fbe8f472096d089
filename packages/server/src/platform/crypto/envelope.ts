import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import type { Random } from '../random.ts';
import type { Secret } from '../secret.ts';

/**
 * Encryption at rest. Requirements: confidential and tamper-evident (AES-256-GCM, 16-byte tag); a ciphertext moved to
 * another row does not open (the place is authenticated data); keys can be rotated (the envelope names its key).
 * Envelope: version 1 (1 byte) · key id (4 bytes of the key's hash) · nonce (12) · tag (16) · ciphertext.
 */
export type Envelope = {
  /** Encrypts `plain` for `place`, for example `signing_keys/sig_…`. */
  seal(plain: Uint8Array, place: string): Buffer;
  /** Opens what was sealed for the same place; throws when it was changed, moved, or its key is not given. */
  open(sealed: Uint8Array, place: string): Buffer;
  /** Whether the first key sealed it, so that the others may be dropped. Says nothing of whether it opens. */
  isCurrent(sealed: Uint8Array): boolean;
};

const version = 1;
const keyIdBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + keyIdBytes + nonceBytes + tagBytes;

/** `keys` are 32 bytes each, base64: the first encrypts, all decrypt. */
export function createEnvelope(keys: readonly Secret[], random: Random): Envelope {
  const ring = keys.map((secret) => {
    const key = Buffer.from(secret.reveal(), 'base64');
    return { key, id: hash('sha256', key, 'buffer').subarray(0, keyIdBytes) };
  });
  const [current] = ring;
  if (current === undefined) throw new Error('An envelope needs at least one key.');

  return {
    seal(plain, place) {
      const nonce = random.bytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(place));
      const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.from([version]), current.id, nonce, cipher.getAuthTag(), ciphertext]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < headerBytes || bytes[0] !== version) throw new Error('This is no envelope of version 1.');
      const id = bytes.subarray(1, 1 + keyIdBytes);
      const match = ring.find((entry) => entry.id.equals(id));
      if (match === undefined) throw new Error('The key that encrypted this is not among MICROAPP_SECRET_KEY.');
      const nonceAt = 1 + keyIdBytes;
      const tagAt = nonceAt + nonceBytes;
      const nonce = bytes.subarray(nonceAt, tagAt);
      const decipher = createDecipheriv('aes-256-gcm', match.key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(tagAt, headerBytes));
      return Buffer.concat([decipher.update(bytes.subarray(headerBytes)), decipher.final()]);
    },
    isCurrent(sealed) {
      return sealed[0] === version && current.id.equals(sealed.subarray(1, 1 + keyIdBytes));
    },
  };
}
