import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Log } from '../../platform/log.ts';
import { rememberedMs, sweepIntervalMs } from './limits.ts';
import { deleteForgottenKeys } from './store.ts';

/** Deletes what is too old to be repeated; returns the function that stops it. */
export function sweepKeys({ db, clock, log }: { db: Database; clock: Clock; log: Log }): () => void {
  return clock.every(sweepIntervalMs, () => {
    const forgottenBefore = new Date(clock.now() - rememberedMs);
    db.withSystem('idempotency-keys.sweep', (tx) => deleteForgottenKeys(tx, forgottenBefore)).catch((error: unknown) =>
      log.error({ err: error }, 'old idempotency keys could not be deleted'),
    );
  });
}
