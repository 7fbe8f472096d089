import { webhookSecretPrefix } from '@microapp/contract';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Random } from '../../platform/random.ts';
import { Secret } from '../../platform/secret.ts';

const keyBytes = 32;

/** A new secret, and what is stored of it: itself, sealed for its own row, and the four characters that are shown. */
export function freshWebhookSecret(
  { random, envelope }: { random: Random; envelope: Envelope },
  id: string,
): { secret: Secret; stored: { secret_sealed: Buffer; secret_last4: string } } {
  const text = `${webhookSecretPrefix}${Buffer.from(random.bytes(keyBytes)).toString('base64')}`;
  return {
    secret: new Secret(text),
    stored: { secret_sealed: envelope.seal(Buffer.from(text), placeOf(id)), secret_last4: text.slice(-4) },
  };
}

export function openWebhookSecret(envelope: Envelope, { id, secret_sealed: sealed }: SealedWebhookSecret): Secret {
  return new Secret(envelope.open(sealed, placeOf(id)).toString());
}

export type SealedWebhookSecret = { id: string; secret_sealed: Uint8Array };

function placeOf(id: string): string {
  return `webhook_secrets/${id}`;
}
