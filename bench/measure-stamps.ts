import { performance } from 'node:perf_hooks';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { openDatabase, type Database } from '../packages/server/src/platform/db/index.ts';
import { withPostgresConnection } from '../packages/server/src/platform/db/postgres.ts';
import { stampCredentials } from '../packages/server/src/modules/access/store.ts';
import { startDatabase } from '../packages/server/src/testing/postgres-database.ts';
import { median } from './statistics.ts';

/** What writing the last use of many embed tokens at once costs on PostgreSQL: time and bytes of its write-ahead log. */
export type StampsResult = { title: string; microsecondsPerStamp: number; logBytesPerStamp: number };

const tokens = 100_000;
const stampsPerWrite = 1000;
const writes = 40;
const warmUpWrites = 5;
/** Those that hold the last use, of 0026_list_indexes.sql. */
const indexesByUse = ['embed_tokens_by_use', 'embed_tokens_live_by_use', 'embed_tokens_revoked_by_use'];

/** Measures the write of 1,000 stamps of 100,000 tokens, as a process does it for all tokens that it was used with. */
export async function measureStamps(): Promise<StampsResult[]> {
  const { postgres, drop } = await startDatabase();
  try {
    const db = await openDatabase({ kind: 'postgres', ...postgres }, { log: silent, clock: systemClock });
    try {
      await insertTokens(postgres.superuserUrl);
      const withIndexes = await measure(db, postgres.superuserUrl);
      await withPostgresConnection(postgres.superuserUrl, async (session) => {
        await session.execute(`drop index ${indexesByUse.join()}`);
        await session.execute('vacuum full analyze embed_tokens');
      });
      const without = await measure(db, postgres.superuserUrl);
      return [
        { title: 'with the indexes by use', ...withIndexes },
        { title: 'without them', ...without },
      ];
    } finally {
      await db.close();
    }
  } finally {
    await drop();
  }
}

const silent = { info: () => undefined, warn: () => undefined };

async function measure(db: Database, superuserUrl: string): Promise<Omit<StampsResult, 'title'>> {
  const microseconds: number[] = [];
  let bytes = 0;
  for (let write = 0; write < warmUpWrites + writes; write++) {
    const at = new Date(Date.now());
    const stamps = Array.from({ length: stampsPerWrite }, (_, index) => ({
      credentialClass: 'embed_token' as const,
      id: `etok_bench${(index * 97 + write * 31) % tokens}`,
      at,
    }));
    const before = await logPosition(superuserUrl);
    const began = performance.now();
    await db.withSystem('access.stamp', (tx) => stampCredentials(tx, 'last_used_at', stamps));
    const took = performance.now() - began;
    const after = await logPosition(superuserUrl);
    if (write < warmUpWrites) continue;
    microseconds.push((took * 1000) / stampsPerWrite);
    bytes += (after - before) / stampsPerWrite / writes;
  }
  return { microsecondsPerStamp: median(microseconds), logBytesPerStamp: bytes };
}

async function logPosition(superuserUrl: string): Promise<number> {
  return withPostgresConnection(superuserUrl, async (session) => {
    const { rows } = await session.query("select (pg_current_wal_insert_lsn() - '0/0')::float8 as position", []);
    return Number(rows[0]?.['position']);
  });
}

async function insertTokens(superuserUrl: string): Promise<void> {
  await withPostgresConnection(superuserUrl, async (session) => {
    await session.execute('set session_replication_role = replica');
    await session.query(
      `insert into embed_tokens (id, owner_id, workspace_id, label, apps, permissions, use, secret_hash, created_at)
       select 'etok_bench' || n, 'own_bench', 'ws_bench' || n % 100, 'Token ' || n, '{loan-calculator}', '{tool:run}', 'widget',
         sha256(n::text::bytea), now() - n * interval '1 minute'
       from generate_series(0, $1::integer - 1) n`,
      [tokens],
    );
    await session.execute('set session_replication_role = origin');
    await session.execute('vacuum analyze embed_tokens');
  });
}
