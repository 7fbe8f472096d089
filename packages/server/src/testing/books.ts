import type { Admin } from './database.ts';

/** What the ledger says that the counters of a day must hold, for owner, workspace and surface. */
const ledgerByScope = `
  select owner_id, case when scope > 1 then workspace_id end as workspace_id, case when scope > 2 then surface_id end
      as surface_id, (started_at at time zone 'UTC')::date as day,
    count(*) filter (where status <> 'failed') as runs,
    coalesce(sum(ai_actions) filter (where status <> 'failed'), 0) as ai_actions,
    count(*) filter (where status = 'failed' and scope = 1) as failed_runs,
    count(*) filter (where status = 'running' and scope = 1) as running
  from runs, generate_series(1, 3) scope where scope < 3 or surface_id is not null
  group by owner_id, 2, 3, 4`;

const usageByLedger = `
  select workspace_id, app_id, surface_id, (started_at at time zone 'UTC')::date as day,
    count(*) filter (where status = 'ok') as runs, count(*) filter (where status = 'failed') as failed_runs,
    count(*) filter (where status = 'canceled') as canceled_runs,
    coalesce(sum(ai_actions) filter (where status <> 'failed'), 0) as ai_actions
  from runs where status <> 'running'
  group by 1, 2, 3, 4`;

/**
 * Where the counters of quotas and usage differ from the ledger of runs; empty when the books balance. Throws when there
 * is nothing in them: a comparison of nothing proves nothing.
 */
export async function differencesInBooks(admin: Pick<Admin, 'query'>): Promise<Record<string, unknown>[]> {
  const [counted] = await admin.query('select count(*) as rows from quota_days');
  if (Number(counted?.['rows']) === 0) throw new Error('No run was ever counted.');
  return [
    ...(await admin.query(differences('quota_days', ledgerByScope, quotaKeys, quotaFigures))),
    ...(await admin.query(differences('usage_daily', usageByLedger, usageKeys, usageFigures))),
  ];
}

const quotaKeys = ['owner_id', 'workspace_id', 'surface_id', 'day'];
const quotaFigures = ['runs', 'ai_actions', 'failed_runs', 'running'];
const usageKeys = ['workspace_id', 'app_id', 'surface_id', 'day'];
const usageFigures = ['runs', 'failed_runs', 'canceled_runs', 'ai_actions'];

function differences(table: string, ledger: string, keys: readonly string[], figures: readonly string[]): string {
  const key = (side: string): string => keys.map((name) => `coalesce(${side}.${name}::text, '')`).join(" || '/' || ");
  const differs = figures.map((name) => `coalesce(counted.${name}, 0) <> coalesce(ledger.${name}, 0)`).join(' or ');
  return `
    select '${table}' as books, to_jsonb(counted) as counted, to_jsonb(ledger) as ledger
    from ${table} counted full join (${ledger}) ledger on ${key('counted')} = ${key('ledger')}
    where ${differs}`;
}
