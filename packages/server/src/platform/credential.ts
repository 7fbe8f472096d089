import { credentialChecksum, credentialForms, credentialRandomLength, type OpaqueClass } from '@microapp/contract';
import { randomBase62, type Random } from './random.ts';
import { hashSecret, Secret } from './secret.ts';

export type FreshCredential = { secret: Secret; hash: Buffer };

/** A new opaque credential (190 random bits and a checksum) and the hash that is stored instead of it. */
export function freshCredential(random: Random, credentialClass: OpaqueClass): FreshCredential {
  const start = credentialForms[credentialClass] + randomBase62(random, credentialRandomLength);
  const raw = start + credentialChecksum(start);
  return { secret: new Secret(raw), hash: hashSecret(raw) };
}
