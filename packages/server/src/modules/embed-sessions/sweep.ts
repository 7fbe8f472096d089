import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Log } from '../../platform/log.ts';
import { ticketSweepIntervalMs } from './limits.ts';
import { deleteExpiredTickets } from './store.ts';

/** Deletes tickets that nobody redeemed, once a minute; returns the function that stops it. */
export function sweepTickets({ db, clock, log }: { db: Database; clock: Clock; log: Log }): () => void {
  return clock.every(ticketSweepIntervalMs, () => {
    db.withSystem('embed-sessions.sweep', (tx) => deleteExpiredTickets(tx, new Date(clock.now()))).catch(
      (error: unknown) => log.error({ err: error }, 'expired tickets could not be deleted'),
    );
  });
}
