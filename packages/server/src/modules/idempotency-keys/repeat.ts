import { AppError } from '../../platform/app-error.ts';
import type { KeyedRequest, Kept } from '../../platform/http/index.ts';
import { retryAfterSeconds } from './limits.ts';
import type { KeyRow } from './store.ts';

/** The outcome of the request that took the key first. Throws `conflict` for another body, or while that one is at work. */
export function repeat(row: KeyRow, { bodyHash }: KeyedRequest): Kept {
  if (!Buffer.from(row.body_hash).equals(bodyHash)) {
    throw new AppError('conflict', {
      reason: 'idempotency_key_of_another_body',
      message: 'This Idempotency-Key was sent before, with another body.',
      hint: 'A new request takes a new key; a repeated one sends the same body.',
    });
  }
  if (row.outcome === null) {
    throw new AppError('conflict', {
      reason: 'idempotency_key_under_way',
      message: 'The first request with this Idempotency-Key is still under way.',
      hint: 'Ask again in a moment.',
      headers: { 'retry-after': String(retryAfterSeconds) },
    });
  }
  const outcome: unknown = JSON.parse(row.outcome);
  return { outcome, repeated: true };
}
