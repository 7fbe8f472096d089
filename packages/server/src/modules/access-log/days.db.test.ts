import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../platform/db/index.ts';
import type { AnsweredRequest } from '../../platform/http/index.ts';
import { createLog } from '../../platform/log.ts';
import { newId, systemRandom } from '../../platform/random.ts';
import { describeOnBothEngines, openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { createAccessLog, type AccessLog } from './recorder.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

type Instance = { log: AccessLog; clock: FakeClock; logged: () => Record<string, unknown>[] };

function start(db: Database, startsAt: string, keptDays = 30): Instance {
  const clock = createFakeClock(startsAt);
  const lines: string[] = [];
  const log = createLog({ level: 'info', secretFields: [], destination: { write: (line) => void lines.push(line) } });
  return {
    log: createAccessLog({ db, clock, log, keptDays }),
    clock,
    logged: () => lines.map((line) => JSON.parse(line)),
  };
}

function request(at: number, fields: Partial<AnsweredRequest> = {}): AnsweredRequest {
  return {
    at,
    requestId: newId(systemRandom, 'request'),
    address: '127.0.0.1',
    method: 'POST',
    route: '/api/tools/:slug/run',
    status: 200,
    code: undefined,
    reason: undefined,
    durationMs: 1,
    principal: undefined,
    accessLogged: true,
    ...fields,
  };
}

async function daysOf({ admin }: TestDatabase): Promise<string[]> {
  const rows = await admin.query(
    `select relname as name from pg_inherits join pg_class c on c.oid = inhrelid
     where inhparent = 'access_log'::regclass order by relname`,
  );
  return rows.map(({ name }) => String(name).replace('access_log_', ''));
}

const silent = { info: () => undefined, warn: () => undefined };

/** Another process' connections; on PGlite there is but one process. */
async function another(test: TestDatabase): Promise<Database | undefined> {
  return (
    test.postgres && openDatabase({ kind: 'postgres', ...test.postgres }, { log: silent, clock: createFakeClock() })
  );
}

describeOnBothEngines('the days of the access log', (open) => {
  it('are made a day ahead and dropped when they are past keeping, by the clock, over the end of a month', async () => {
    const test = await open();
    const { log, clock } = start(test.db, '2026-02-26T22:30:00.000Z', 3);
    await log.turnDay();
    expect(await daysOf(test)).toEqual(['20260226', '20260227']);
    const seen: string[][] = [];
    for (let day = 0; day < 5; day++) {
      for (const hours of [23, 1]) {
        clock.advance(hours * hourMs);
        log.record(request(clock.now()));
        await log.flush();
      }
      seen.push(await daysOf(test));
    }
    expect(seen).toEqual([
      ['20260226', '20260227', '20260228'],
      ['20260226', '20260227', '20260228', '20260301'],
      ['20260226', '20260227', '20260228', '20260301', '20260302'],
      ['20260227', '20260228', '20260301', '20260302', '20260303'],
      ['20260228', '20260301', '20260302', '20260303', '20260304'],
    ]);
    const [kept] = await test.admin.query('select count(*)::integer as lines, min(at) as oldest from access_log');
    expect(kept).toEqual({ lines: 8, oldest: new Date('2026-02-28T21:30:00.000Z') });
    await log.close();
  });

  it('are kept for 30 days and the current one unless a setting says otherwise', async () => {
    const test = await open();
    const { log, clock } = start(test.db, '2026-01-01T12:00:00.000Z');
    await log.turnDay();
    clock.setNow(clock.now() + 30 * dayMs);
    await log.turnDay();
    expect(await daysOf(test)).toContain('20260101');
    clock.setNow(clock.now() + dayMs);
    await log.turnDay();
    expect(await daysOf(test)).not.toContain('20260101');
    expect(await daysOf(test)).toContain('20260102');
    await log.close();
  });

  it('are made when a line needs one, also one that somebody dropped meanwhile; no line is lost', async () => {
    const test = await open();
    const { log, clock } = start(test.db, '2026-05-10T10:00:00.000Z');
    log.record(request(clock.now()));
    await log.flush();
    await test.admin.query('drop table access_log_20260510');
    log.record(request(clock.now()));
    log.record(request(clock.now() + 3 * dayMs));
    await log.flush();
    const rows = await test.admin.query('select at from access_log order by at');
    expect(rows).toEqual([{ at: new Date('2026-05-10T10:00:00.000Z') }, { at: new Date('2026-05-13T10:00:00.000Z') }]);
    expect(log.isLosingLines()).toBe(false);
    await log.close();
  });

  it('turn under load on several instances at once, with every line in its own day', async () => {
    const test = await open();
    const other = await another(test);
    const midnight = Date.parse('2026-07-01T00:00:00.000Z');
    const instances = [test.db, other ?? test.db, test.db, other ?? test.db].map((db) =>
      start(db, '2026-06-30T23:59:59.000Z'),
    );
    for (const [number, { log }] of instances.entries()) {
      for (let line = -300; line < 300; line++)
        log.record(request(midnight + line, { requestId: `req_${number}_${line}` }));
    }
    await Promise.all(instances.flatMap(({ log }) => [log.flush(), log.turnDay()]));
    await Promise.all(instances.map(({ log }) => log.close()));
    await other?.close();
    const count = 'count(*)::integer as lines, count(distinct request_id)::integer as requests';
    expect(await test.admin.query(`select ${count} from access_log_20260630`)).toEqual([
      { lines: 1200, requests: 1200 },
    ]);
    expect(await test.admin.query(`select ${count} from access_log_20260701`)).toEqual([
      { lines: 1200, requests: 1200 },
    ]);
    expect(instances.flatMap(({ logged }) => logged())).toEqual([]);
  });

  it('leave no line without a day to go to: there is no partition for whatever is left', async () => {
    const test = await open();
    const rows = await test.admin.query(`select partdefid::integer as rest from pg_partitioned_table`);
    expect(rows).toEqual([{ rest: 0 }]);
  });
});

describeOnBothEngines('a flood of requests', (open) => {
  it('fills the queue and no more: the lines beyond are counted, told in the log, and shown', async () => {
    const test = await open();
    const { log, clock, logged } = start(test.db, '2026-09-01T10:00:00.000Z');
    for (let line = 0; line < 20_010; line++) log.record(request(clock.now()));
    expect(log.isLosingLines()).toBe(true);
    await log.flush();
    expect(await test.admin.query('select count(*)::integer as lines from access_log')).toEqual([{ lines: 20_000 }]);
    expect(logged()).toMatchObject([{ level: 40, queue: 'access-log', dropped: 10 }]);
    await log.close();
  });
});

describeOnBothEngines('a line of the access log', (open) => {
  let test: TestDatabase;
  let days: string[];
  const scope = { ownerId: 'own_1', workspaceId: 'ws_1' };
  beforeAll(async () => {
    test = await open();
    const { log, clock } = start(test.db, '2026-08-15T10:00:00.000Z');
    await log.turnDay();
    log.record(request(clock.now(), scope));
    await log.close();
    days = (await daysOf(test)).map((day) => `access_log_${day}`);
  });

  it.each(["update %s set reason = 'x'", 'delete from %s', 'truncate %s', 'drop table %s'])(
    'cannot be changed or removed by the server, in the log or in any of its days: %s',
    async (statement) => {
      expect(days).toEqual(['access_log_20260815', 'access_log_20260816']);
      for (const table of ['access_log', ...days]) {
        const query = sql.raw(statement.replace('%s', table));
        for (const attempt of [
          () => test.db.withWorkspace(scope, (tx) => query.execute(tx)),
          () => test.db.withOwner(scope, (tx) => query.execute(tx)),
          () => test.db.withSystem('access-log.test', (tx) => query.execute(tx)),
        ]) {
          await expect(attempt()).rejects.toThrow(/permission denied|must be owner/);
        }
      }
      expect(await test.admin.query('select reason from access_log')).toEqual([{ reason: null }]);
    },
  );

  it('cannot be read past the wall by asking a day directly', async () => {
    for (const day of days) {
      const attempt = test.db.withOwner({ ownerId: 'own_2' }, (tx) => sql.raw(`select * from ${day}`).execute(tx));
      await expect(attempt).rejects.toThrow(/permission denied/);
    }
  });
});

describe('a long reader of the access log on postgres', () => {
  it('holds up neither lines nor the coming day, and old days until it is done', async () => {
    const test = await openTestDatabase('postgres');
    const reader = await another(test);
    if (reader === undefined) throw new Error('there is no PostgreSQL');
    const { log, clock, logged } = start(test.db, '2026-03-10T23:00:00.000Z', 1);
    try {
      await log.turnDay();
      clock.setNow(clock.now() + 2 * dayMs);
      await reader.withOwner({ ownerId: 'own_1' }, async (tx) => {
        await tx.selectFrom('access_log').select('at').execute();
        log.record(request(clock.now()));
        await log.turnDay();
        await log.flush();
        expect(await daysOf(test)).toEqual(['20260310', '20260311', '20260312', '20260313']);
      });
      expect(await test.admin.query('select at from access_log')).toEqual([{ at: new Date(clock.now()) }]);
      expect(logged()).toMatchObject([
        { level: 40, oldestKept: '2026-03-11', msg: 'old days of the access log could not be dropped' },
      ]);
      await log.turnDay();
      expect(await daysOf(test)).toEqual(['20260311', '20260312', '20260313']);
    } finally {
      await log.close();
      await reader.close();
      await test.close();
    }
  });
});
