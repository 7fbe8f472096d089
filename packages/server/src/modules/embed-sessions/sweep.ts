import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Log } from '../../platform/log.ts';
import { deleteExpiredPreviews } from '../previews/index.ts';
import { ticketSweepIntervalMs } from './limits.ts';
import { deleteExpiredTickets } from './store.ts';

/** Deletes tickets that nobody redeemed and previews that are over, once a minute; returns the function that stops it. */
export function sweepTickets({ db, clock, log }: { db: Database; clock: Clock; log: Log }): () => void {
  return clock.every(ticketSweepIntervalMs, () => {
    const now = new Date(clock.now());
    db.withSystem('embed-sessions.sweep', async (tx) => {
      await deleteExpiredTickets(tx, now);
      await deleteExpiredPreviews(tx, now);
    }).catch((error: unknown) => log.error({ err: error }, 'expired tickets and previews could not be deleted'));
  });
}
