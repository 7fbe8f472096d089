import { refusedStatuses, type RateKind, type SpikeKind } from '@microapp/contract';
import { sql, type Insertable, type Selectable } from 'kysely';
import { olderThan, type DB, type OwnerTx, type SystemTx } from '../../platform/db/index.ts';
import type { Page } from '../../platform/http/index.ts';

export type SpikeRow = Selectable<DB['spikes']>;
export type NewSpike = Omit<Insertable<DB['spikes']>, 'kind'> & { kind: SpikeKind };
/** Includes `from`, not `to`. */
export type Span = { from: Date; to: Date };

const countedWorkspacesMax = 1000;
const newOriginsMax = 1000;

// As they stand in the indexes: with parameters, the planner could not tell that an index holds exactly these lines.
const linesOf = {
  mints: sql<boolean>`route = '/v1/embed/sessions' and status between 200 and 299`,
  refusals: sql.raw<boolean>(`status in (${refusedStatuses.join(', ')})`),
} as const satisfies Record<RateKind, unknown>;

/**
 * Says that the log is looked through up to `until`, and answers up to when it was before; undefined when somebody else
 * has been that far. Whoever else asks waits for this transaction, and is then told so.
 */
export async function claimScan(tx: SystemTx, until: Date): Promise<Date | undefined> {
  // A mark far in the future was left by a clock that was wrong: waiting for that day would detect nothing until then.
  const { rows } = await sql<{ before: Date }>`
    with last as (select scanned_until from spike_scan for update)
    update spike_scan set scanned_until = ${until} from last
    where last.scanned_until < ${until} or last.scanned_until > ${until}::timestamptz + interval '1 hour'
    returning last.scanned_until as before`.execute(tx);
  return rows[0]?.before;
}

export type Traffic = { owner_id: string; workspace_id: string; mints: number; refusals: number };

/** The workspaces with more than the floors within `span`, and those of `always` that had anything, busiest first. */
export async function countTraffic(
  tx: SystemTx,
  span: Span,
  { floors, always }: { floors: Readonly<Record<RateKind, number>>; always: readonly string[] },
): Promise<Traffic[]> {
  const { rows } = await sql<Traffic>`
    with counted as (
      select owner_id, workspace_id,
        (count(*) filter (where ${linesOf.mints}))::integer as mints,
        (count(*) filter (where ${linesOf.refusals}))::integer as refusals
      from access_log
      where at >= ${span.from} and at < ${span.to} and workspace_id is not null
        and ((${linesOf.mints}) or ${linesOf.refusals})
      group by owner_id, workspace_id
    )
    select owner_id, workspace_id, mints, refusals from counted
    where mints > ${floors.mints} or refusals > ${floors.refusals} or workspace_id = any(${[...always]}::text[])
    order by workspace_id = any(${[...always]}::text[]) desc, mints + refusals desc
    limit ${countedWorkspacesMax}`.execute(tx);
  return rows;
}

/** How many lines of one kind each of these workspaces had within `span`. */
export async function countOf(
  tx: SystemTx,
  kind: RateKind,
  { workspaceIds, span }: { workspaceIds: readonly string[]; span: Span },
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ workspace_id: string; lines: number }>`
    select counted.workspace_id, (
      select count(*)::integer from access_log line
      where line.workspace_id = counted.workspace_id and ${linesOf[kind]}
        and line.at >= ${span.from} and line.at < ${span.to}
    ) as lines
    from unnest(${[...workspaceIds]}::text[]) as counted (workspace_id)`.execute(tx);
  return new Map(rows.map((row) => [row.workspace_id, row.lines]));
}

export type NewOrigin = {
  owner_id: string;
  workspace_id: string;
  credential_id: string;
  origin: string;
  first_at: Date;
  lines: number;
};

/**
 * The origins within `span` that the log has never seen with their credential before, of credentials that were in use
 * before `settledBefore`. Our own pages (`except`) are nobody's site. No more per credential than `openMax`, less those
 * that are open already.
 */
export async function findNewOrigins(
  tx: SystemTx,
  span: Span,
  { except, settledBefore, openMax }: { except: readonly string[]; settledBefore: Date; openMax: number },
): Promise<NewOrigin[]> {
  const { rows } = await sql<NewOrigin>`
    with seen as (
      select owner_id, workspace_id, credential_id, origin, min(at) as first_at, count(*)::integer as lines
      from access_log
      where at >= ${span.from} and at < ${span.to} and workspace_id is not null and credential_id is not null
        -- what is open to everybody is open to every page, and is no credential that could have been copied
        and credential_id <> 'anonymous'
        and origin is not null and origin <> all(${[...except]}::text[])
      group by owner_id, workspace_id, credential_id, origin
    ), fresh as (
      select seen.*, row_number() over (partition by credential_id order by first_at, origin) as place
      from seen
      where not exists (
          select from access_log line
          where line.credential_id = seen.credential_id and line.origin = seen.origin and line.at < ${span.from})
        and exists (
          select from access_log line
          where line.credential_id = seen.credential_id and line.origin is not null
            and line.origin <> all(${[...except]}::text[]) and line.at < ${settledBefore})
        and not exists (
          select from spikes open
          where open.credential_id = seen.credential_id and open.origin = seen.origin
            and open.kind = 'new_origin' and open.ended_at is null)
    )
    select owner_id, workspace_id, credential_id, origin, first_at, lines from fresh
    where place + (
      select count(*) from spikes open
      where open.credential_id = fresh.credential_id and open.kind = 'new_origin' and open.ended_at is null
    ) <= ${openMax}
    order by first_at
    limit ${newOriginsMax}`.execute(tx);
  return rows;
}

/** The episodes of mints and refusals that are not over. */
export async function selectOpenRates(tx: SystemTx): Promise<SpikeRow[]> {
  return tx
    .selectFrom('spikes')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('kind', 'in', ['mints', 'refusals'] satisfies RateKind[])
    .execute();
}

export async function insertSpikes(tx: SystemTx, spikes: readonly NewSpike[]): Promise<void> {
  if (spikes.length > 0) await tx.insertInto('spikes').values(spikes).execute();
}

/** Raises what was observed to the most so far. */
export async function raiseObserved(tx: SystemTx, id: string, observed: number): Promise<void> {
  await tx.updateTable('spikes').set({ observed }).where('id', '=', id).where('observed', '<', observed).execute();
}

export async function closeSpike(tx: SystemTx, id: string, endedAt: Date): Promise<void> {
  await tx.updateTable('spikes').set({ ended_at: endedAt }).where('id', '=', id).execute();
}

/** Closes the new origins that have been shown since before `startedBefore`. */
export async function closeNewOrigins(tx: SystemTx, startedBefore: Date, endedAt: Date): Promise<void> {
  await tx
    .updateTable('spikes')
    .set({ ended_at: endedAt })
    .where('kind', '=', 'new_origin')
    .where('ended_at', 'is', null)
    .where('started_at', '<=', startedBefore)
    .execute();
}

export async function deleteEndedBefore(tx: SystemTx, endedBefore: Date): Promise<void> {
  await tx.deleteFrom('spikes').where('ended_at', '<', endedBefore).execute();
}

export type SpikeFilter = {
  workspaceId: string | undefined;
  credentialId: string | undefined;
  kind: SpikeKind | undefined;
  isOpen: boolean | undefined;
};

/** The page's rows and one more, newest first. */
export async function selectSpikes(tx: OwnerTx, page: Page, filter: SpikeFilter): Promise<SpikeRow[]> {
  let query = tx
    .selectFrom('spikes')
    .selectAll()
    .where(olderThan(page.after, { at: 'started_at', id: 'id' }))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.workspaceId !== undefined) query = query.where('workspace_id', '=', filter.workspaceId);
  if (filter.credentialId !== undefined) query = query.where('credential_id', '=', filter.credentialId);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.isOpen !== undefined) query = query.where('ended_at', filter.isOpen ? 'is' : 'is not', null);
  return query.execute();
}
