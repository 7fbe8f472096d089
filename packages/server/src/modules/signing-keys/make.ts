import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { SystemTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { insertSigningKey, type SigningKeyRow } from './store.ts';

export type MakeDeps = { clock: Clock; random: Random; envelope: Envelope };

/** Makes an Ed25519 key that signs from `signsFrom` (epoch milliseconds); its private half is sealed. */
export async function makeSigningKey(
  { clock, random, envelope }: MakeDeps,
  tx: SystemTx,
  signsFrom: number,
): Promise<SigningKeyRow> {
  const kid = newId(random, 'signingKey');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  const { kty, crv, x } = publicKey.export({ format: 'jwk' });
  return insertSigningKey(tx, {
    id: kid,
    public_jwk: JSON.stringify({ kty, crv, x }),
    private_key_sealed: envelope.seal(der, placeOfSigningKey(kid)),
    created_at: new Date(clock.now()),
    signs_from: new Date(signsFrom),
  });
}

/** Where the envelope of a private half belongs. */
export function placeOfSigningKey(kid: string): string {
  return `signing_keys/${kid}`;
}
