import { rememberedMs, sweepIntervalMs } from './limits.ts';
import type { IdempotencyKeyDeps } from './idempotency-keys.ts';
import { deleteForgottenKeys } from './store.ts';

/** Deletes what is too old to be repeated; returns the function that stops it. */
export function sweepKeys({ db, clock, log }: Pick<IdempotencyKeyDeps, 'db' | 'clock' | 'log'>): () => void {
  return clock.every(sweepIntervalMs, () => {
    const forgottenBefore = new Date(clock.now() - rememberedMs);
    db.withSystem('idempotency-keys.sweep', (tx) => deleteForgottenKeys(tx, forgottenBefore)).catch((error: unknown) =>
      log.error({ err: error }, 'old idempotency keys could not be deleted'),
    );
  });
}
