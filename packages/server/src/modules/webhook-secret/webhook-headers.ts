import { Webhook } from 'standardwebhooks';
import type { Secret } from '../../platform/secret.ts';

/** `id` holds no dot, which would make it unclear what was signed; `body` is the text exactly as it is sent, empty for none. */
export type WebhookMessage = { id: string; sentAt: Date; body: string };
export type WebhookHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/** The headers by which a receiver knows a message for ours, and a repeated one for the same (Standard Webhooks). */
export function webhookHeaders(secret: Secret, { id, sentAt, body }: WebhookMessage): WebhookHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
    'webhook-signature': new Webhook(secret.reveal()).sign(id, sentAt, body),
  };
}
