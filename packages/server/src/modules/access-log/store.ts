import { refusedStatuses } from '@microapp/contract';
import { sql, type Insertable, type Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type SystemTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type NewAccessLogLine = Insertable<DB['access_log']> & { at: Date };
export type AccessLogRow = Selectable<DB['access_log']>;

/** `day` is an ISO date, UTC. */
export async function openDay(tx: SystemTx, day: string): Promise<void> {
  await sql`select access_log_open_day(${day}::date)`.execute(tx);
}

/** Drops every partition older than `day` (an ISO date, UTC). Rejects after a second when somebody reads them. */
export async function dropDaysBefore(tx: SystemTx, day: string): Promise<void> {
  await sql`select access_log_drop_before(${day}::date)`.execute(tx);
}

/** One statement with one parameter, however many lines: building a placeholder per value would cost the event loop. */
export async function insertLines(tx: SystemTx, lines: readonly NewAccessLogLine[]): Promise<void> {
  await sql`
    insert into access_log (at, request_id, owner_id, workspace_id, app, origin, address, credential_class,
      credential_id, method, route, status, code, reason, duration_ms)
    select * from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as line (at timestamptz, request_id text,
      owner_id text, workspace_id text, app text, origin text, address text, credential_class text,
      credential_id text, method text, route text, status smallint, code text, reason text,
      duration_ms double precision)`.execute(tx);
}

export type AccessLogFilter = {
  requestId?: string | undefined;
  workspaceId?: string | undefined;
  credentialId?: string | undefined;
  app?: string | undefined;
  origin?: string | undefined;
  status?: number | undefined;
  code?: string | undefined;
  isRefused?: boolean | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** Which column each plain filter compares. */
const columnOf = {
  requestId: 'request_id',
  workspaceId: 'workspace_id',
  credentialId: 'credential_id',
  app: 'app',
  origin: 'origin',
  status: 'status',
  code: 'code',
} as const;

// As it stands in the index: with parameters instead, the planner could not tell that the index holds these lines.
const refusedStatus = sql.raw<boolean>(`status in (${refusedStatuses.join(', ')})`);

/** The page's rows and one more, newest first; not yet asked. */
export function linesQuery(tx: OwnerTx, page: Page, filter: AccessLogFilter) {
  let query = tx
    .selectFrom('access_log')
    .selectAll()
    .where(olderThan(page.after, { at: 'at', id: 'id' }))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  for (const name of Object.keys(columnOf) as (keyof typeof columnOf)[]) {
    const wanted = filter[name];
    if (wanted !== undefined) query = query.where(columnOf[name], '=', wanted);
  }
  // Said as the index says it: a parameter tells the planner nothing.
  if (filter.status !== undefined && filter.status >= 400) query = query.where(sql<boolean>`status >= 400`);
  if (filter.isRefused === true) query = query.where(refusedStatus);
  if (filter.isRefused === false) query = query.where(sql<boolean>`not ${refusedStatus}`);
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('at', '<', filter.to);
  return query;
}

export async function selectLines(tx: OwnerTx, page: Page, filter: AccessLogFilter): Promise<AccessLogRow[]> {
  return linesQuery(tx, page, filter).execute();
}
