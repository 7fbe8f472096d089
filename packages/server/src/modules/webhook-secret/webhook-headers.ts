import { Webhook } from 'standardwebhooks';
import type { Secret } from '../../platform/secret.ts';

/**
 * The three headers by which a receiver knows a message for ours, and a repeated one for the same (Standard Webhooks).
 * `id` holds no dot, which would make it unclear what was signed; `body` is the text exactly as it is sent, empty for none.
 */
export function webhookHeaders(
  secret: Secret,
  { id, sentAt, body }: { id: string; sentAt: Date; body: string },
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
    'webhook-signature': new Webhook(secret.reveal()).sign(id, sentAt, body),
  };
}
