import type { Database } from '../../platform/db/index.ts';
import type { MakeDeps } from './make.ts';
import { readWebhookSecret } from './read.ts';
import { webhookHeaders, type WebhookHeaders, type WebhookMessage } from './webhook-headers.ts';

/** Signs with the secret that was the owner's when the signer was read; it does not leave the signer. */
export type SignWebhook = (message: WebhookMessage) => WebhookHeaders;

/** What signs the owner's next call. */
export async function readWebhookSigner(deps: MakeDeps & { db: Database }, ownerId: string): Promise<SignWebhook> {
  const secret = await readWebhookSecret(deps, ownerId);
  return (message) => webhookHeaders(secret, message);
}
