import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { createInterruptedRuns } from './interrupted-runs.ts';
import { hitOf, quotaExceeded, standingOf, type QuotaHit, type QuotaStanding } from './quotas.ts';
import type { QuotaAlertNote } from './quota-alert.ts';
import type { RunMetrics } from './run-metrics.ts';
import type { RunEnd, RunScope, RunStart } from './run-record.ts';
import { settle } from './settle.ts';
import { insertReservedRun, noteUsedUp, type Plan, type ReachedThreshold } from './store.ts';
import { utcDayOf } from './utc-day.ts';

/** Where runs are written down and counted. */
export type RunLedger = {
  /**
   * Reserves what the run will use, and answers what is left. Throws `quota_exceeded`, and then nothing is reserved
   * and no run is written.
   */
  begin(principal: EmbedPrincipal, run: RunStart): Promise<QuotaStanding>;
  /**
   * Settles a run that began, once. Throws `unavailable` for one that ended well and was given up meanwhile, because this
   * process was taken for dead: it is settled as interrupted, and must not be answered as anything else.
   */
  end(scope: RunScope, runId: string, end: RunEnd): Promise<void>;
  /** Looks for runs that nobody will end, as it does by itself every few seconds. */
  recover(): Promise<void>;
  /** Waits for a look that is under way. */
  settled(): Promise<void>;
  /** Settles what is still under way in this process as interrupted. To be called when nobody can begin any more. */
  close(): Promise<void>;
};

export type RunLedgerDeps = {
  db: Database;
  clock: Clock;
  log: Log;
  /** What other processes on the database know this one by. */
  instanceId: string;
  plan: Plan;
  metrics: RunMetrics;
  /** Told once of each alert, by the process whose run raised it. */
  onAlert: (alert: QuotaAlertNote) => void;
};

/**
 * The ledger of runs. What must hold, with any number of processes, each of which may die at any moment:
 *
 *   1. A run is written and all that it may use is reserved in one transaction, before it begins. A counter that has no
 *      room refuses by a condition on its own row, so that exactly as many runs are admitted as fit.
 *   2. It is settled once: by the one statement that finds it `running`. What it gives back goes to the day from which it
 *      was taken, which may be over.
 *   3. A settlement that does not reach the database is tried again for as long as this process lives; the runs of a process
 *      that is gone are settled by the others (`interrupted-runs.ts`).
 */
export function createRunLedger(deps: RunLedgerDeps): RunLedger {
  const { db, clock, log, plan, metrics } = deps;
  const interrupted = createInterruptedRuns(deps, noteReached);

  async function begin(principal: EmbedPrincipal, run: RunStart): Promise<QuotaStanding> {
    const day = utcDayOf(run.startedAt.getTime());
    let hit: QuotaHit | undefined;
    try {
      const { reservations, reached } = await db.withWorkspace(principal, async (tx) => {
        const answer = await insertReservedRun(tx, newRun(principal, run, deps.instanceId), { day, plan });
        const refusal = answer.reservations.find(({ isGranted }) => !isGranted);
        if (refusal !== undefined) {
          hit = hitOf(refusal, run.aiActions, plan);
          // Rolls back what wider scopes have granted.
          throw quotaExceeded(hit, clock.now());
        }
        if (answer.reservations.length === 0) throw new AppError('invalid_token', { reason: 'workspace_gone' });
        return answer;
      });
      noteReached(principal, run.requestId, reached);
      metrics.begun(run.stepKinds);
      return standingOf(reservations, clock.now());
    } catch (error) {
      if (hit !== undefined) await noteHit(principal, run.requestId, hit);
      // Whether it was committed is not known where the connection broke: then it is there, and nobody runs it.
      else if (!(error instanceof AppError)) interrupted.tryLater(principal, run.id, { status: 'refused' });
      throw error;
    }
  }

  /** A quota may be used up without being reached: where a run wants more than is left, or the limit was lowered. */
  async function noteHit(principal: EmbedPrincipal, requestId: string, hit: QuotaHit): Promise<void> {
    metrics.settled('quota_exceeded');
    if (hit.isPassing) return;
    const { surfaceId } = principal;
    const at = new Date(clock.now());
    try {
      const percents = await db.withWorkspace(principal, (tx) =>
        noteUsedUp(tx, hit, { surfaceId, day: utcDayOf(at.getTime()), at }),
      );
      noteReached(
        principal,
        requestId,
        percents.map((thresholdPercent) => ({ ...hit, thresholdPercent })),
      );
    } catch (error) {
      // The refusal is what the caller has to hear; the next one notes it.
      log.warn({ err: error }, 'a quota that is used up could not be noted');
    }
  }

  async function end(scope: RunScope, runId: string, { durationMs, outcome }: RunEnd): Promise<void> {
    let answer;
    try {
      answer = await settle(deps, scope, runId, { outcome, durationMs });
    } catch (error) {
      interrupted.tryLater(scope, runId, outcome);
      throw error;
    }
    if (answer.isSettled) {
      metrics.settled(outcome.status, durationMs / 1000);
      noteReached(scope, answer.requestId, answer.reached);
      return;
    }
    log.warn({ runId }, 'a run had been given up when it ended: this process was taken for dead');
    if (outcome.status === 'ok') throw new AppError('unavailable', { reason: 'run_interrupted' });
  }

  function noteReached(
    { ownerId, workspaceId, surfaceId }: RunScope & { surfaceId?: string | undefined },
    requestId: string,
    reached: readonly ReachedThreshold[],
  ): void {
    for (const { scope, quota, thresholdPercent, limit } of reached) {
      const alert: QuotaAlertNote = {
        ownerId,
        workspaceId: scope === 'owner' ? undefined : workspaceId,
        surfaceId: scope === 'surface' ? surfaceId : undefined,
        scope,
        quota,
        thresholdPercent,
        limit,
        atMs: clock.now(),
        requestId,
      };
      metrics.alerted(alert);
      log.warn({ ...alert }, 'a quota is nearly or wholly used up');
      deps.onAlert(alert);
    }
  }

  return {
    begin,
    end,
    recover: () => interrupted.look(),
    settled: () => interrupted.settled(),
    close: () => interrupted.close(),
  };
}

function newRun(principal: EmbedPrincipal, run: RunStart, instanceId: string) {
  const { ownerId, workspaceId, surfaceId, credentialClass, credentialId, origin } = principal;
  return { ...run, ownerId, workspaceId, surfaceId, credentialClass, credentialId, origin, instanceId };
}
