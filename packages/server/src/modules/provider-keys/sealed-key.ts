import type { Envelope } from '../../platform/crypto/envelope.ts';
import { Secret } from '../../platform/secret.ts';

/** What is stored of a key: itself, sealed for its own row, and the four characters that are shown. */
export function sealProviderKey(
  envelope: Envelope,
  id: string,
  key: string,
): { key_sealed: Buffer; key_last4: string } {
  return { key_sealed: envelope.seal(Buffer.from(key), placeOf(id)), key_last4: key.slice(-4) };
}

export function openProviderKey(envelope: Envelope, id: string, sealed: Uint8Array): Secret {
  return new Secret(envelope.open(sealed, placeOf(id)).toString());
}

function placeOf(id: string): string {
  return `provider_keys/${id}`;
}
