import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { withPostgresConnection } from '../packages/server/src/platform/db/postgres.ts';
import { startDatabase } from '../packages/server/src/testing/postgres-database.ts';
import { ask, textOf } from './installation.ts';
import { startMicroapp } from './measured-process.ts';
import { percentile } from './statistics.ts';

/** Milliseconds from asking for a page of customers to having it, on PostgreSQL; the least is what a busy machine adds least to. */
export type SearchResult = { title: string; leastMs: number; p50Ms: number; p99Ms: number };

const customers = 100_000;
/** Others' customers in the same table, which no search may cost anything. */
const foreignCustomers = 100_000;
const foreignOwners = 10;
const pageSize = 50;
const calls = 100;
const warmUpCalls = 20;

/** What is asked for, and how many rows come of it. */
const searches = [
  { title: 'the newest', query: '', rows: pageSize },
  { title: 'a part of every tenth name', query: '&search=globex', rows: pageSize },
  { title: 'the oldest by its name', query: `&search=foods+${customers}`, rows: 1 },
  { title: 'a name that nobody has', query: '&search=nobody', rows: 0 },
] as const;

/**
 * Measures the list of customers of an owner who has 100,000, as the dashboard asks for it. The worst is a name that
 * nobody has: all of the owner's customers are looked at for it.
 */
export async function measureSearch(folder: string, ownerKey: string): Promise<SearchResult[]> {
  const { postgres, drop } = await startDatabase();
  try {
    await using microapp = await startMicroapp({
      dataDir: join(folder, 'search'),
      ownerKey,
      profileFolder: undefined,
      database: { ...postgres, secretKey: randomBytes(32).toString('base64') },
    });
    const headers = { authorization: `Bearer ${ownerKey}` };
    const me = await ask(microapp.url, { method: 'GET', path: '/v1/me', headers });
    await insertCustomers(postgres.superuserUrl, textOf(me, 'ownerId'));
    const results: SearchResult[] = [];
    for (const { title, query, rows } of searches) {
      const path = `/v1/workspaces?limit=${pageSize}${query}`;
      const milliseconds: number[] = [];
      for (let call = 0; call < warmUpCalls + calls; call++) {
        const began = performance.now();
        const answer = await ask(microapp.url, { method: 'GET', path, headers });
        if (call >= warmUpCalls) milliseconds.push(performance.now() - began);
        if (rowsOf(answer) !== rows) throw new Error(`${path} was answered with ${rowsOf(answer)} rows, not ${rows}.`);
      }
      results.push({
        title,
        leastMs: Math.min(...milliseconds),
        p50Ms: percentile(milliseconds, 50),
        p99Ms: percentile(milliseconds, 99),
      });
    }
    return results;
  } finally {
    await drop();
  }
}

/** The owner's customers, the lowest number the newest, and others' after them. */
async function insertCustomers(superuserUrl: string, ownerId: string): Promise<void> {
  await withPostgresConnection(superuserUrl, async (session) => {
    // Without foreign keys: the other owners are only names here.
    await session.execute('set session_replication_role = replica');
    await session.query(
      `insert into workspaces (id, owner_id, name, status, attributes, created_at, updated_at)
       select 'ws_bench' || n, case when n <= $2::integer then $1 else 'own_foreign' || n % $4::integer end,
         (array['Acme', 'Northwind', 'Globex', 'Initech', 'Umbrella', 'Contoso', 'Tailspin', 'Hooli', 'Vandelay', 'Wonka'])[1 + n % 10]
           || ' Foods ' || n,
         'active', '{"plan": "gold", "seats": 25, "country": "DE", "since": "2024-03-01"}',
         now() - n * interval '1 minute', now()
       from generate_series(1, $2::integer + $3::integer) n`,
      [ownerId, customers, foreignCustomers, foreignOwners],
    );
    // As a database is that has been running for a while.
    await session.execute('set session_replication_role = origin');
    await session.execute('vacuum analyze workspaces');
  });
}

function rowsOf(answer: unknown): number {
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined;
  return Array.isArray(data) ? data.length : Number.NaN;
}
