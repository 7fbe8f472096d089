import { createHmac } from 'node:crypto';

/** A token over any payload, as a holder of the key could make it: what the server does not sign is to be refused, too. */
export function signAnything(key: string, payload: unknown): string {
  const part = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${part}.${createHmac('sha256', key).update(part).digest('base64url')}`;
}
