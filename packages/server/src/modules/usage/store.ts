import type { QuotaName, QuotaScope } from '@microapp/contract';
import { sql, type Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type SystemTx, type WorkspaceTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

/** What every owner of this installation may use in a UTC day. */
export type Plan = { runsPerDay: number; aiActionsPerDay: number; failedRunsPerDay: number };

/** The day's counters of one scope, this run included when it was granted, and the limits that it was judged by. */
export type Reservation = {
  scope: QuotaScope;
  isGranted: boolean;
  used: { runs: number; aiActions: number; failedRuns: number; running: number };
  /** Null: none of its own. */
  limits: { runs: number | null; aiActions: number | null };
};

export type RunRow = Selectable<DB['runs']>;

/** A threshold of a quota, reached for the first time that day. */
export type ReachedThreshold = { scope: QuotaScope; quota: QuotaName; thresholdPercent: number; limit: number };

/** A run that begins; its workspace and owner are the transaction's. */
export type NewRun = {
  id: string;
  ownerId: string;
  workspaceId: string;
  appId: string;
  appVersion: number;
  surfaceId: string | undefined;
  credentialClass: string;
  credentialId: string;
  origin: string | undefined;
  startedAt: Date;
  requestId: string;
  instanceId: string;
  aiActions: number;
};

type ReservedRow = {
  of_scope: QuotaScope;
  granted: boolean;
  used_runs: number;
  used_ai: number;
  failed: number;
  in_flight: number;
  runs_limit: number | null;
  ai_limit: number | null;
  runs_reached: number[] | null;
  ai_reached: number[] | null;
};

/**
 * Reserves the run's share of every quota that it counts in, and writes it down as running, in one message: the owner's
 * row, which all of its runs want, is held for that message and the commit. Answers the scopes in order, up to the first
 * that refuses; the caller rolls the transaction back then. `day` is the UTC day of the start.
 */
export async function insertReservedRun(
  tx: WorkspaceTx,
  run: NewRun,
  { day, plan }: { day: string; plan: Plan },
): Promise<{ reservations: Reservation[]; reached: ReachedThreshold[] }> {
  const { rows } = await sql<ReservedRow>`
    with own as (
      select w.limits as workspace, s.limits as surface
      from workspaces w left join surfaces s on s.workspace_id = w.id and s.id = ${run.surfaceId}
      where w.id = ${run.workspaceId}
    ), reserved as materialized (
      select reservation.* from own, quotas.reserve(
        ${day}::date, ${run.startedAt}::timestamptz, ${run.surfaceId}::text, ${run.aiActions}::integer,
        array[${plan.runsPerDay}::integer, (own.workspace ->> 'runsPerDay')::integer,
          (own.surface ->> 'runsPerDay')::integer],
        array[${plan.aiActionsPerDay}::integer, (own.workspace ->> 'aiActionsPerDay')::integer,
          (own.surface ->> 'aiActionsPerDay')::integer],
        ${plan.failedRunsPerDay}::integer) reservation
    ), begun as (
      insert into runs (id, owner_id, workspace_id, app_id, app_version, surface_id, credential_class, credential_id,
        origin, status, started_at, request_id, instance_id, ai_actions)
      select ${run.id}, ${run.ownerId}, ${run.workspaceId}, ${run.appId}, ${run.appVersion}::integer, ${run.surfaceId},
        ${run.credentialClass}, ${run.credentialId}, ${run.origin}, 'running', ${run.startedAt}::timestamptz,
        ${run.requestId}, ${run.instanceId}, ${run.aiActions}::integer
      where (select bool_and(granted) from reserved)
    )
    select * from reserved`.execute(tx);
  return { reservations: rows.map(toReservation), reached: rows.flatMap(reachedIn) };
}

function toReservation(row: ReservedRow): Reservation {
  return {
    scope: row.of_scope,
    isGranted: row.granted,
    used: { runs: row.used_runs, aiActions: row.used_ai, failedRuns: row.failed, running: row.in_flight },
    limits: { runs: row.runs_limit, aiActions: row.ai_limit },
  };
}

function reachedIn(row: ReservedRow): ReachedThreshold[] {
  const reached = (quota: QuotaName, limit: number | null, percents: number[] | null): ReachedThreshold[] =>
    (percents ?? []).map((thresholdPercent) => ({ scope: row.of_scope, quota, thresholdPercent, limit: limit ?? 0 }));
  return [...reached('runs', row.runs_limit, row.runs_reached), ...reached('aiActions', row.ai_limit, row.ai_reached)];
}

/** How a run ends, as its row has it; the text is short enough and storable. */
export type RunSettlement = {
  status: 'ok' | 'failed' | 'canceled';
  errorCode: string | null;
  errorDetail: string | null;
  /** Undefined: the time since it began, by the clock of the settling process. */
  durationMs: number | undefined;
};

/**
 * Settles a run that is still running: its row, its day's usage and its quotas, in one message. Answers the request
 * that ran it and the thresholds of failed runs that are reached with it, in percent; undefined when the run was not
 * running any more.
 */
export async function settleRun(
  tx: WorkspaceTx,
  runId: string,
  { settlement, at, plan }: { settlement: RunSettlement; at: Date; plan: Plan },
): Promise<{ requestId: string; reached: number[] } | undefined> {
  const { status, errorCode, errorDetail, durationMs } = settlement;
  const count = (counted: RunSettlement['status']): number => (status === counted ? 1 : 0);
  const { rows } = await sql<{ requestId: string; reached: number[] }>`
    with settled as (
      update runs set status = ${status}, error_code = ${errorCode}, error_detail = ${errorDetail},
        duration_ms = coalesce(${durationMs}::double precision,
          greatest(0, extract(epoch from ${at}::timestamptz - started_at) * 1000))
      where id = ${runId} and status = 'running'
      returning owner_id, workspace_id, app_id, surface_id, ai_actions, request_id, (started_at at time zone 'UTC')::date as day
    ), counted as (
      insert into usage_daily (owner_id, workspace_id, app_id, surface_id, day, runs, failed_runs, canceled_runs,
        ai_actions)
      select owner_id, workspace_id, app_id, surface_id, day, ${count('ok')}::integer, ${count('failed')}::integer,
        ${count('canceled')}::integer, ai_actions * ${1 - count('failed')}::integer
      from settled
      on conflict (workspace_id, app_id, surface_id, day) do update set
        runs = usage_daily.runs + excluded.runs, failed_runs = usage_daily.failed_runs + excluded.failed_runs,
        canceled_runs = usage_daily.canceled_runs + excluded.canceled_runs,
        ai_actions = usage_daily.ai_actions + excluded.ai_actions
    )
    select request_id as "requestId", quotas.settle(day, ${at}::timestamptz, surface_id, ai_actions, ${status},
      ${plan.failedRunsPerDay}::integer) as reached
    from settled`.execute(tx);
  return rows[0];
}

/**
 * Takes a run that is still running out of the books, as if it had not begun. Answers the request that ran it; undefined
 * when it was not running any more.
 */
export async function deleteRunning(
  tx: WorkspaceTx,
  runId: string,
  { at, plan }: { at: Date; plan: Plan },
): Promise<string | undefined> {
  const { rows } = await sql<{ requestId: string }>`
    with gone as (
      delete from runs where id = ${runId} and status = 'running'
      returning surface_id, ai_actions, request_id, (started_at at time zone 'UTC')::date as day
    )
    select request_id as "requestId", quotas.settle(day, ${at}::timestamptz, surface_id, ai_actions, 'refused', ${plan.failedRunsPerDay}::integer)
    from gone`.execute(tx);
  return rows[0]?.requestId;
}

/** Notes that a quota has no room left, all of it or less than a run wants. Answers the percents that are news. */
export async function noteUsedUp(
  tx: WorkspaceTx,
  { scope, quota, limit }: { scope: QuotaScope; quota: QuotaName; limit: number },
  { surfaceId, day, at }: { surfaceId: string | undefined; day: string; at: Date },
): Promise<number[]> {
  const { rows } = await sql<{ reached: number[] }>`
    select quotas.note(${scope}, ${surfaceId}, ${quota}, ${day}::date, ${at}::timestamptz, ${limit}::integer,
      ${limit}::integer) as reached`.execute(tx);
  return rows[0]?.reached ?? [];
}

/** The instances that have runs under way, except one. Rows without an instance belong to nobody who could end them. */
export async function selectRunningInstances(tx: SystemTx, except: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('runs')
    .select(sql<string>`coalesce(instance_id, '')`.as('instance_id'))
    .distinct()
    .where('status', '=', 'running')
    .where(sql<boolean>`instance_id is distinct from ${except}`)
    .execute();
  return rows.map((row) => row.instance_id);
}

export type RunningRun = { id: string; owner_id: string; workspace_id: string };

/** What an instance has under way, whosever it is. */
export async function selectRunningOf(tx: SystemTx, instanceId: string): Promise<RunningRun[]> {
  return tx
    .selectFrom('runs')
    .select(['id', 'owner_id', 'workspace_id'])
    .where('status', '=', 'running')
    .where(sql<boolean>`coalesce(instance_id, '') = ${instanceId}`)
    .execute();
}

export type UsageFilter = {
  workspaceId: string | undefined;
  appId: string | undefined;
  surfaceId: string | undefined;
  from: string | undefined;
  to: string | undefined;
};

export type UsageDayRow = {
  day: string;
  workspace_id: string;
  app_id: string;
  surface_id: string | null;
  runs: number;
  failed_runs: number;
  canceled_runs: number;
  ai_actions: number;
  /** Orders the rows of a day. */
  key: string;
};

// Ids are compared byte by byte, or the order of a page would hang on the database's language.
const usageKey = sql<string>`(workspace_id || '_' || app_id || '_' || coalesce(surface_id, '0')) collate "C"`;

/** The page's rows and one more, newest day first. `from` and `to` are ISO dates, both included. */
export async function selectUsage(tx: OwnerTx, page: Page, filter: UsageFilter): Promise<UsageDayRow[]> {
  let query = tx
    .selectFrom('usage_daily')
    .select([
      'day',
      'workspace_id',
      'app_id',
      'surface_id',
      'runs',
      'failed_runs',
      'canceled_runs',
      'ai_actions',
      usageKey.as('key'),
    ])
    .orderBy('day', 'desc')
    .orderBy(usageKey, 'desc')
    .limit(page.limit + 1);
  if (page.after !== undefined) {
    const { at, id } = page.after;
    query = query.where(sql<boolean>`(day, ${usageKey}) < (${at.toISOString().slice(0, 10)}::date, ${id})`);
  }
  if (filter.workspaceId !== undefined) query = query.where('workspace_id', '=', filter.workspaceId);
  if (filter.appId !== undefined) query = query.where('app_id', '=', filter.appId);
  if (filter.surfaceId !== undefined) query = query.where('surface_id', '=', filter.surfaceId);
  if (filter.from !== undefined) query = query.where('day', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('day', '<=', filter.to);
  return query.execute();
}

export type RunFilter = {
  workspaceId?: string | undefined;
  appId?: string | undefined;
  surfaceId?: string | undefined;
  credentialId?: string | undefined;
  status?: string | undefined;
  errorCode?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** Which column each plain filter compares. */
const runColumnOf = {
  workspaceId: 'workspace_id',
  appId: 'app_id',
  surfaceId: 'surface_id',
  credentialId: 'credential_id',
  status: 'status',
  errorCode: 'error_code',
} as const;

/** The page's rows and one more, newest first. */
export async function selectRuns(tx: OwnerTx, page: Page, filter: RunFilter): Promise<RunRow[]> {
  let query = tx
    .selectFrom('runs')
    .selectAll()
    .where(olderThan(page.after, { at: 'started_at', id: 'id' }))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  for (const name of Object.keys(runColumnOf) as (keyof typeof runColumnOf)[]) {
    const wanted = filter[name];
    if (wanted !== undefined) query = query.where(runColumnOf[name], '=', wanted);
  }
  // Said as the index has it: the planner cannot tell that a status or an error code is of no run that ended well.
  if (filter.errorCode !== undefined || (filter.status ?? 'ok') !== 'ok') query = query.where('status', '<>', 'ok');
  if (filter.from !== undefined) query = query.where('started_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('started_at', '<', filter.to);
  return query.execute();
}

export type QuotaFilter = { workspaceId: string | undefined; surfaceId: string | undefined };

export type QuotaDayRow = {
  key: string;
  workspace_id: string | null;
  surface_id: string | null;
  limits: { runsPerDay?: number; aiActionsPerDay?: number };
  runs: number;
  ai_actions: number;
  failed_runs: number;
};

/** The owner's, then each workspace's with those of its surfaces; the page's rows and one more. A filter leaves the rest. */
export async function selectQuotaDays(
  tx: OwnerTx,
  { page, day, filter }: { page: Page; day: string; filter: QuotaFilter },
): Promise<QuotaDayRow[]> {
  const { rows } = await sql<QuotaDayRow>`
    with scope as (
      select '0' as key, id as owner_id, null as workspace_id, null as surface_id, '{}'::jsonb as limits from owners
      union all
      select id, owner_id, id, null, limits from workspaces where deleted_at is null
      union all
      select s.workspace_id || '_' || s.id, s.owner_id, s.workspace_id, s.id, s.limits
      from surfaces s join workspaces w on w.id = s.workspace_id
      where s.deleted_at is null and w.deleted_at is null
    )
    select scope.key, scope.workspace_id, scope.surface_id, scope.limits, coalesce(used.runs, 0) as runs,
      coalesce(used.ai_actions, 0) as ai_actions, coalesce(used.failed_runs, 0) as failed_runs
    from scope left join quota_days used on used.owner_id = scope.owner_id and used.day = ${day}::date
      and coalesce(used.workspace_id || coalesce('_' || used.surface_id, ''), '0') = scope.key
    where (${page.after?.id}::text is null or scope.key collate "C" > ${page.after?.id})
      and (${filter.workspaceId}::text is null or scope.workspace_id = ${filter.workspaceId})
      and (${filter.surfaceId}::text is null or scope.surface_id = ${filter.surfaceId})
    order by scope.key collate "C"
    limit ${page.limit + 1}`.execute(tx);
  return rows;
}

export type QuotaAlertRow = Selectable<DB['quota_alerts']> & { key: string };

const alertKey = sql<string>`(coalesce(surface_id, workspace_id, '0') || '_' || quota || '_' || threshold_percent
  || '_' || to_char(day, 'YYYYMMDD')) collate "C"`;

/** The page's rows and one more, newest first. */
export async function selectQuotaAlerts(tx: OwnerTx, page: Page, filter: QuotaFilter): Promise<QuotaAlertRow[]> {
  let query = tx
    .selectFrom('quota_alerts')
    .selectAll()
    .select(alertKey.as('key'))
    .orderBy('at', 'desc')
    .orderBy(alertKey, 'desc')
    .limit(page.limit + 1);
  if (page.after !== undefined) {
    query = query.where(sql<boolean>`(at, ${alertKey}) < (${page.after.at}, ${page.after.id})`);
  }
  if (filter.workspaceId !== undefined) query = query.where('workspace_id', '=', filter.workspaceId);
  if (filter.surfaceId !== undefined) query = query.where('surface_id', '=', filter.surfaceId);
  return query.execute();
}
