import { sql, type Insertable, type Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type SystemTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type NewAccessLogLine = Insertable<DB['access_log']> & { at: Date };
export type AccessLogRow = Selectable<DB['access_log']>;

/** `day` is an ISO date, UTC. */
export async function openDay(tx: SystemTx, day: string): Promise<void> {
  await sql`select access_log_open_day(${day}::date)`.execute(tx);
}

/** Drops every partition older than `day` (an ISO date, UTC). */
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
  requestId: string | undefined;
  workspaceId: string | undefined;
  credentialId: string | undefined;
};

/** The page's rows and one more, newest first. */
export async function selectLines(tx: OwnerTx, page: Page, filter: AccessLogFilter): Promise<AccessLogRow[]> {
  let query = tx
    .selectFrom('access_log')
    .selectAll()
    .where(olderThan(page.after, { at: 'at', id: 'id' }))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.requestId !== undefined) query = query.where('request_id', '=', filter.requestId);
  if (filter.workspaceId !== undefined) query = query.where('workspace_id', '=', filter.workspaceId);
  if (filter.credentialId !== undefined) query = query.where('credential_id', '=', filter.credentialId);
  return query.execute();
}
