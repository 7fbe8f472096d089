import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { RunEnd, RunScope } from './run-record.ts';
import { deleteRunning, settleRun, type Plan, type ReachedThreshold } from './store.ts';

export type SettleDeps = { db: Database; clock: Clock; plan: Plan };

/** `isSettled` is false when the run was not running any more: then somebody else settled it, and nothing was changed. */
export type SettleAnswer = { isSettled: false } | { isSettled: true; requestId: string; reached: ReachedThreshold[] };

const errorDetailLengthMax = 2000;

/**
 * Settles a run in a transaction of its workspace, if it is still running. Without `durationMs` the run is as long as it
 * was since it began. May be repeated: whoever comes second changes nothing.
 */
export async function settle(
  { db, clock, plan }: SettleDeps,
  scope: RunScope,
  runId: string,
  { outcome, durationMs }: { outcome: RunEnd['outcome']; durationMs?: number },
): Promise<SettleAnswer> {
  const at = new Date(clock.now());
  if (outcome.status === 'refused') {
    const requestId = await db.withWorkspace(scope, (tx) => deleteRunning(tx, runId, { at, plan }));
    return requestId === undefined ? { isSettled: false } : { isSettled: true, requestId, reached: [] };
  }
  const failure = outcome.status === 'failed' ? outcome : undefined;
  const settlement = {
    status: outcome.status,
    errorCode: failure?.errorCode ?? null,
    // A tool's own words may hold what PostgreSQL does not store, and the end of a character without its beginning.
    errorDetail: failure?.errorDetail.replaceAll('\0', '').slice(0, errorDetailLengthMax).toWellFormed() ?? null,
    durationMs,
  };
  const settled = await db.withWorkspace(scope, (tx) => settleRun(tx, runId, { settlement, at, plan }));
  const failedRuns = { scope: 'owner', quota: 'failedRuns', limit: plan.failedRunsPerDay } as const;
  if (settled === undefined) return { isSettled: false };
  const reached = settled.reached.map((thresholdPercent) => ({ ...failedRuns, thresholdPercent }));
  return { isSettled: true, requestId: settled.requestId, reached };
}
