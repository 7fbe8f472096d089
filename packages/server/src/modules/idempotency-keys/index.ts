export { createIdempotencyKeys, type RunningIdempotencyKeys } from './idempotency-keys.ts';
