import { refusedStatuses, type DayCounts, type FirstSteps } from '@microapp/contract';
import { sql } from 'kysely';
import type { OwnerTx } from '../../platform/db/index.ts';

/** Both ends are included. A day of the logs is read at most, by their indexes on owner and time. */
type Span = { from: Date; to: Date };

const reasonsMax = 5;
/** Among so many of the newest surfaces one that works is looked for. */
const firstSurfacesMax = 20;
const sessionsRoute = '/v1/embed/sessions/redeem';
// As it stands in the index: with parameters instead, the planner could not tell that the index holds these lines.
const isRefused = sql.raw<boolean>(`status in (${refusedStatuses.join(', ')})`);

export async function countRuns(
  tx: OwnerTx,
  { from, to }: Span,
): Promise<Pick<DayCounts, 'runs' | 'failedRuns' | 'aiActions'>> {
  const row = await tx
    .selectFrom('runs')
    .where('started_at', '>=', from)
    .where('started_at', '<=', to)
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere('status', '=', 'ok').as('runs'),
      fn.countAll<number>().filterWhere('status', '=', 'failed').as('failedRuns'),
      sql<number>`coalesce(sum(ai_actions) filter (where status <> 'failed'), 0)::int`.as('aiActions'),
    ])
    .executeTakeFirstOrThrow();
  return { runs: row.runs, failedRuns: row.failedRuns, aiActions: row.aiActions };
}

export async function countRequests(
  tx: OwnerTx,
  { from, to }: Span,
): Promise<Pick<DayCounts, 'sessions' | 'refusals'>> {
  const row = await tx
    .selectFrom('access_log')
    .where('at', '>=', from)
    .where('at', '<=', to)
    .select(({ fn }) => [
      fn
        .countAll<number>()
        .filterWhere('route', '=', sessionsRoute)
        .filterWhere('status', '=', 200)
        // Who looks at a preview is no visitor.
        .filterWhere(sql<boolean>`credential_class is distinct from 'preview'`)
        .as('sessions'),
      fn.countAll<number>().filterWhere(isRefused).as('refusals'),
    ])
    .executeTakeFirstOrThrow();
  return { sessions: row.sessions, refusals: row.refusals };
}

export async function countRefusalReasons(
  tx: OwnerTx,
  { from, to }: Span,
): Promise<{ reason: string; count: number }[]> {
  const rows = await tx
    .selectFrom('access_log')
    .where('at', '>=', from)
    .where('at', '<=', to)
    .where(isRefused)
    .select((query) => [
      sql<string>`coalesce(reason, code, 'unknown')`.as('reason'),
      query.fn.countAll<number>().as('count'),
    ])
    .groupBy('reason')
    .groupBy('code')
    .orderBy('count', 'desc')
    .orderBy('reason')
    .limit(reasonsMax)
    .execute();
  return rows;
}

export async function selectFirstSteps(
  tx: OwnerTx,
  { ownerId, demoAttributes }: { ownerId: string; demoAttributes: object },
): Promise<FirstSteps> {
  const liveApp = await tx
    .selectFrom('apps')
    .where('status', '=', 'live')
    .where('deleted_at', 'is', null)
    .select(['slug', 'name'])
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  const firstRun = await tx.selectFrom('runs').select('started_at').orderBy('started_at').limit(1).executeTakeFirst();
  const customer = await tx
    .selectFrom('workspaces')
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`not attributes @> ${JSON.stringify(demoAttributes)}::jsonb`)
    // The owner's own is its first.
    .where('id', '<>', (query) =>
      query
        .selectFrom('workspaces')
        .where('owner_id', '=', ownerId)
        .select('id')
        .orderBy('created_at')
        .orderBy('id')
        .limit(1),
    )
    .select(['id', 'name'])
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const surfaces = await tx
    .selectFrom('surfaces')
    .innerJoin('workspaces', 'workspaces.id', 'surfaces.workspace_id')
    .where('surfaces.deleted_at', 'is', null)
    .where('workspaces.deleted_at', 'is', null)
    .where(sql<boolean>`not workspaces.attributes @> ${JSON.stringify(demoAttributes)}::jsonb`)
    .select(['surfaces.id', 'surfaces.name', 'surfaces.allowed_origins'])
    .orderBy('surfaces.created_at', 'desc')
    .limit(firstSurfacesMax)
    .execute();
  const seen =
    surfaces.length === 0
      ? undefined
      : await tx
          .selectFrom('surface_sightings')
          .where(
            'surface_id',
            'in',
            surfaces.map(({ id }) => id),
          )
          // Whoever has got one to work is there: the next surface does not begin the way anew. What was refused counts
          // for the newest alone, which is the one that is worked on.
          .where((where) =>
            where.or([where('outcome', '=', 'allowed'), where('surface_id', '=', surfaces[0]?.id ?? '')]),
          )
          .select(['surface_id', 'origin', 'last_seen_at', 'outcome'])
          // One that worked says more than a later one that did not.
          .orderBy('outcome')
          .orderBy('last_seen_at', 'desc')
          .limit(1)
          .executeTakeFirst();
  const surface = surfaces.find(({ id }) => id === seen?.surface_id) ?? surfaces[0];
  return {
    liveApp: liveApp ?? null,
    firstRunAt: firstRun?.started_at.toISOString() ?? null,
    customer: customer ?? null,
    surface: surface === undefined ? null : { id: surface.id, name: surface.name },
    hasOrigin: (surface?.allowed_origins.length ?? 0) > 0,
    seen:
      seen === undefined
        ? null
        : {
            origin: seen.origin,
            at: seen.last_seen_at.toISOString(),
            outcome: seen.outcome === 'allowed' ? 'allowed' : 'refused',
          },
  };
}
