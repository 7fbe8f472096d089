import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { KeyedHash } from '../../platform/crypto/keyed-hash.ts';
import { Secret } from '../../platform/secret.ts';

export type Vault = { envelope: Envelope; keyedHash: KeyedHash };

/** Keeps the hashes of API keys apart from those of anything else. */
const lookUpPurpose = 'api_keys';

/** A key as it is stored: encrypted for its own row, and by the name that it is found by. */
export function sealApiKey({ envelope, keyedHash }: Vault, id: string, secret: Secret) {
  const raw = secret.reveal();
  return {
    secret_sealed: envelope.seal(Buffer.from(raw), placeOf(id)),
    secret_hash: keyedHash.current(raw, lookUpPurpose),
  };
}

/** The key behind its encrypted form; throws when that was changed or moved, or its encryption key is not given. */
export function openApiKey({ envelope }: Pick<Vault, 'envelope'>, id: string, sealed: Uint8Array): Secret {
  return new Secret(envelope.open(sealed, placeOf(id)).toString());
}

/** Every name that this key may be stored by. */
export function namesOfApiKey({ keyedHash }: Pick<Vault, 'keyedHash'>, raw: string): Buffer[] {
  return keyedHash.all(raw, lookUpPurpose);
}

/** Authenticated by the envelope: a ciphertext moved to another row does not open. */
function placeOf(id: string): string {
  return `api_keys/${id}`;
}
