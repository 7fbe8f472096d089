import { sql, type Insertable, type Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type RunRow = Selectable<DB['runs']>;
export type UsageDayRow = { day: string; workspace_id: string; app_id: string; runs: number; failed_runs: number };

/** Writes the run and adds it to its day, as one statement: of both or none, in one round trip. */
export async function insertCountedRun(
  tx: WorkspaceTx,
  run: Insertable<DB['runs']>,
  usage: UsageDayRow & { owner_id: string },
): Promise<void> {
  await tx
    .with('run', (db) => db.insertInto('runs').values(run))
    .insertInto('usage_daily')
    .values(usage)
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'app_id', 'day']).doUpdateSet({
        runs: sql<number>`usage_daily.runs + excluded.runs`,
        failed_runs: sql<number>`usage_daily.failed_runs + excluded.failed_runs`,
      }),
    )
    .execute();
}

export type UsageFilter = { workspaceId: string | undefined; from: string | undefined; to: string | undefined };

const usageRowsMax = 5000;

/** Counters by day, newest day first. `from` and `to` are ISO dates, both included. */
export async function selectUsage(tx: OwnerTx, filter: UsageFilter): Promise<UsageDayRow[]> {
  let query = tx
    .selectFrom('usage_daily')
    .select(['day', 'workspace_id', 'app_id', 'runs', 'failed_runs'])
    .orderBy('day', 'desc')
    .orderBy('workspace_id')
    .orderBy('app_id')
    .limit(usageRowsMax);
  if (filter.workspaceId !== undefined) query = query.where('workspace_id', '=', filter.workspaceId);
  if (filter.from !== undefined) query = query.where('day', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('day', '<=', filter.to);
  return query.execute();
}

/** The page's rows and one more, newest first. */
export async function selectRuns(
  tx: OwnerTx,
  page: Page,
  filter: { workspaceId: string | undefined },
): Promise<RunRow[]> {
  let query = tx
    .selectFrom('runs')
    .selectAll()
    .where(olderThan(page.after, { at: 'started_at', id: 'id' }))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.workspaceId !== undefined) query = query.where('workspace_id', '=', filter.workspaceId);
  return query.execute();
}
