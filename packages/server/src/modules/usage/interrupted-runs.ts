import { interrupted } from '@microapp/contract';
import type { Log } from '../../platform/log.ts';
import type { RunMetrics } from './run-metrics.ts';
import type { RunEnd, RunScope } from './run-record.ts';
import { settle, type SettleDeps } from './settle.ts';
import { selectRunningInstances, selectRunningOf, type ReachedThreshold } from './store.ts';

export type InterruptedRuns = {
  /** Settles that run like that at the next look, and at every further one until the database has taken it. */
  tryLater(scope: RunScope, runId: string, outcome: RunEnd['outcome']): void;
  /** Settles what nobody else will: what could not be written before, and the runs of processes that are gone. */
  look(): Promise<void>;
  /** Waits for a look that is under way. */
  settled(): Promise<void>;
  /** A last look, and the end of all that this process has under way. */
  close(): Promise<void>;
};

const lookEveryMs = 5000;
/**
 * How long an instance must be missing from the book before its runs are given up. One that is merely late, frozen for a
 * moment or without its listening connection, is off the book after a second or two, and comes back by itself.
 */
const goneAfterMs = 15_000;

const givenUp: RunEnd['outcome'] = { status: 'failed', errorCode: interrupted, errorDetail: 'The process ended.' };

export type InterruptedRunsDeps = SettleDeps & { log: Log; instanceId: string; metrics: RunMetrics };

type OnReached = (scope: RunScope, requestId: string, reached: readonly ReachedThreshold[]) => void;

/**
 * Ends the runs that their process does not end: it was killed, or the database was away when it tried. Every instance
 * looks; a run is settled by the one that finds it running first, and given up as failed, since nobody knows how far it
 * came. An instance that was taken for dead and is not finds its run settled, and says so (`run-ledger.ts`).
 *
 * Without a book there is one process at a time, so at its start every run under way is an earlier one's.
 */
export function createInterruptedRuns(deps: InterruptedRunsDeps, onReached: OnReached): InterruptedRuns {
  const { db, clock, log, instanceId, metrics } = deps;
  const unwritten = new Map<string, { scope: RunScope; outcome: RunEnd['outcome'] }>();
  /** By instance: since when it has been missing from the book, on this process's monotonic clock. */
  let missingSince = new Map<string, number>();
  let looking: Promise<void> | undefined;

  /** Never rejects, so that one run that cannot be settled keeps no other from it. Answers whether it is settled now. */
  async function settleLate(scope: RunScope, runId: string, outcome: RunEnd['outcome']): Promise<boolean> {
    try {
      const answer = await settle(deps, scope, runId, { outcome });
      if (answer.isSettled) {
        log.warn({ runId, outcome: outcome.status }, 'a run was settled late');
        metrics.settled(outcome.status);
        onReached(scope, answer.requestId, answer.reached);
      }
      return true;
    } catch (error) {
      log.warn({ err: error, runId }, 'a run could not be settled; the next look tries again');
      return false;
    }
  }

  async function writeUnwritten(): Promise<void> {
    for (const [runId, { scope, outcome }] of unwritten) {
      if (await settleLate(scope, runId, outcome)) unwritten.delete(runId);
    }
  }

  async function giveUpRunsOf(instance: string): Promise<void> {
    const runs = await db.withSystem('usage.recover-runs', (tx) => selectRunningOf(tx, instance));
    for (const run of runs) {
      await settleLate({ ownerId: run.owner_id, workspaceId: run.workspace_id }, run.id, givenUp);
    }
  }

  /** Of the instances with runs under way, those that have been missing from the book for long enough. */
  async function instancesGone(): Promise<string[]> {
    const running = await db.withSystem('usage.find-running', (tx) => selectRunningInstances(tx, instanceId));
    if (running.length === 0 || db.leases === undefined) return running;
    const { instances } = await db.leases.read();
    const present = new Set(instances.map(({ id }) => id));
    const now = clock.monotonicMs();
    missingSince = new Map(
      running.filter((id) => !present.has(id)).map((id) => [id, missingSince.get(id) ?? now] as const),
    );
    return [...missingSince].filter(([, since]) => now - since >= goneAfterMs).map(([id]) => id);
  }

  async function lookOnce(): Promise<void> {
    await writeUnwritten();
    for (const instance of await instancesGone()) await giveUpRunsOf(instance);
  }

  /** One look at a time; never rejects: what fails now is there to be found by the next one. */
  function look(): Promise<void> {
    looking ??= lookOnce()
      .catch((error: unknown) => log.warn({ err: error }, 'runs that were interrupted could not be settled'))
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }

  const stop = clock.every(lookEveryMs, () => void look());

  return {
    tryLater: (scope, runId, outcome) => void unwritten.set(runId, { scope, outcome }),
    look,
    async settled() {
      await looking;
    },
    async close() {
      stop();
      await looking;
      await writeUnwritten();
      await giveUpRunsOf(instanceId).catch((error: unknown) => {
        log.warn({ err: error }, 'runs under way are left to the other instances, or to the next start');
      });
    },
  };
}
