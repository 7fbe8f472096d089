import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../platform/db/index.ts';
import { newId, systemRandom, type Random } from '../../platform/random.ts';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { detectSpikes } from './detect.ts';
import { newOriginsOpenMax } from './judge.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;
const ownOrigin = 'https://apps.example.test';
/** A little after a full minute, when the minute is complete. */
const lateMs = 10 * 1000;

type Lines = {
  workspaceId: string;
  /** Minutes before the clock's full minute. */
  fromMinute: number;
  toMinute?: number;
  count: number;
  kind?: 'mints' | 'refusals' | 'runs';
  credentialId?: string;
  origin?: string;
};

const requestOf = {
  mints: { route: '/v1/embed/sessions', status: 201 },
  refusals: { route: '/api/tools/:slug/run', status: 403 },
  runs: { route: '/api/tools/:slug/run', status: 200 },
} as const;

describeOnBothEngines('the detection of spikes', (open) => {
  let test: TestDatabase;
  let nextHour = 0;
  beforeAll(async () => {
    test = await open();
  });

  /** Time and workspaces of a test's own, in a day that no other test has lines in. */
  async function stage(startsAt?: string): Promise<{ clock: FakeClock; workspaces: string[]; ownerId: string }> {
    nextHour += 48;
    const clock = createFakeClock(startsAt ?? new Date(Date.UTC(2026, 0, 2, 12 + nextHour)).toISOString());
    clock.advance(lateMs);
    const ownerId = newId(systemRandom, 'owner');
    const now = new Date(clock.now());
    await test.admin.query('insert into owners (id, name, created_at) values ($1, $1, $2)', [ownerId, now]);
    const workspaces = [newId(systemRandom, 'workspace'), newId(systemRandom, 'workspace')];
    for (const id of workspaces) {
      await test.admin.query(
        `insert into workspaces (id, owner_id, name, attributes, created_at, updated_at) values ($1, $2, $1, '{}', $3, $3)`,
        [id, ownerId, now],
      );
    }
    return { clock, workspaces, ownerId };
  }

  /** Lines spread evenly over the minutes. */
  async function log(clock: FakeClock, lines: Lines): Promise<void> {
    const { workspaceId, fromMinute, toMinute = 0, count, kind = 'runs', credentialId, origin } = lines;
    const end = Math.floor(clock.now() / minuteMs) * minuteMs;
    const from = new Date(end - fromMinute * minuteMs);
    const to = new Date(end - toMinute * minuteMs);
    await test.admin.query(
      `select access_log_open_day(day::date) from generate_series($1::timestamptz at time zone 'UTC', $2::timestamptz at time zone 'UTC' + interval '1 day', '1 day') day`,
      [from, to],
    );
    const { route, status } = requestOf[kind];
    await test.admin.query(
      `insert into access_log (at, request_id, owner_id, workspace_id, credential_id, origin, method, route, status, duration_ms)
       select $1::timestamptz + ($2::timestamptz - $1::timestamptz) * (n::float8 / $3::float8), 'req_' || n,
         (select owner_id from workspaces where id = $4), $4, $5, $6, 'POST', $7, $8::smallint, 1
       from generate_series(0, $3::integer - 1) n`,
      [from, to, count, workspaceId, credentialId ?? null, origin ?? null, route, status],
    );
  }

  const detect = (clock: FakeClock, db: Database = test.db, random: Random = systemRandom): Promise<void> =>
    detectSpikes({ db, clock, random, ownOrigins: new Set([ownOrigin]) });

  async function spikesOf(...workspaceIds: string[]): Promise<Record<string, unknown>[]> {
    return test.admin.query('select * from spikes where workspace_id = any($1) order by started_at, origin, id', [
      workspaceIds,
    ]);
  }

  it.each(['mints', 'refusals'] as const)(
    'sees %s far above the hours before, once, and its end (H59)',
    async (kind) => {
      const { clock, workspaces, ownerId } = await stage();
      const [workspaceId = ''] = workspaces;
      await log(clock, { workspaceId, kind, fromMinute: 365, toMinute: 5, count: 720 });
      await log(clock, { workspaceId, kind, fromMinute: 5, count: 200 });
      await detect(clock);
      const start = new Date(clock.now() - lateMs - 5 * minuteMs);
      const [spike, ...others] = await spikesOf(workspaceId);
      expect(others).toEqual([]);
      expect(spike).toMatchObject({
        owner_id: ownerId,
        kind,
        started_at: start,
        ended_at: null,
        observed: 200,
        expected: 10,
      });

      clock.advance(minuteMs);
      await log(clock, { workspaceId, kind, fromMinute: 1, count: 300 });
      await detect(clock);
      expect(await spikesOf(workspaceId)).toMatchObject([
        { id: spike?.['id'], ended_at: null, observed: 460, expected: 10 },
      ]);

      clock.advance(5 * minuteMs);
      await log(clock, { workspaceId, kind, fromMinute: 5, count: 25 });
      await detect(clock);
      const end = new Date(clock.now() - lateMs);
      expect(await spikesOf(workspaceId)).toMatchObject([{ id: spike?.['id'], ended_at: end, observed: 460 }]);
    },
  );

  it('does not take slow growth for a spike', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    for (let hour = 0; hour < 12; hour++) {
      await log(clock, { workspaceId, kind: 'mints', fromMinute: 60, count: Math.round(480 * 1.3 ** hour) });
      await detect(clock);
      clock.advance(hourMs);
    }
    expect(await spikesOf(workspaceId)).toEqual([]);
  });

  it('says nothing about a quiet workspace with three requests, or as many as the floor', async () => {
    const { clock, workspaces } = await stage();
    const [quiet = '', atFloor = ''] = workspaces;
    await log(clock, { workspaceId: quiet, kind: 'mints', fromMinute: 5, count: 3 });
    await log(clock, { workspaceId: quiet, kind: 'refusals', fromMinute: 5, count: 3 });
    await log(clock, { workspaceId: atFloor, kind: 'mints', fromMinute: 5, count: 50 });
    await log(clock, { workspaceId: atFloor, kind: 'refusals', fromMinute: 5, count: 30 });
    await detect(clock);
    expect(await spikesOf(quiet, atFloor)).toEqual([]);
  });

  it('does not take other requests for mints or refusals', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    await log(clock, { workspaceId, kind: 'runs', fromMinute: 5, count: 1000 });
    await detect(clock);
    expect(await spikesOf(workspaceId)).toEqual([]);
  });

  it('keeps workspaces apart: what one does is no spike of another, and hides none', async () => {
    const { clock, workspaces } = await stage();
    const [busy = '', attacked = ''] = workspaces;
    await log(clock, { workspaceId: busy, kind: 'refusals', fromMinute: 365, count: 7300 });
    await log(clock, { workspaceId: attacked, kind: 'refusals', fromMinute: 5, count: 40 });
    await detect(clock);
    expect(await spikesOf(busy, attacked)).toMatchObject([{ workspace_id: attacked, observed: 40, expected: 0 }]);
  });

  it('closes what has become the normal state, and does not open it again', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    for (let hour = 0; hour <= 8; hour++) {
      await log(clock, { workspaceId, kind: 'mints', fromMinute: 60, count: 1200 });
      await detect(clock);
      clock.advance(hourMs);
    }
    const spikes = await spikesOf(workspaceId);
    expect(spikes).toHaveLength(1);
    const [row] = await test.admin.query('select ended_at - started_at as lasted from spikes where workspace_id = $1', [
      workspaceId,
    ]);
    expect(row).toEqual({ lasted: '06:05:00' });
  });

  it('counts over midnight as over any other minute', async () => {
    const { clock, workspaces } = await stage('2027-05-01T00:02:00.000Z');
    const [workspaceId = ''] = workspaces;
    await log(clock, { workspaceId, kind: 'mints', fromMinute: 365, toMinute: 5, count: 720 });
    await log(clock, { workspaceId, kind: 'mints', fromMinute: 5, count: 100 });
    await detect(clock);
    expect(await spikesOf(workspaceId)).toMatchObject([
      { started_at: new Date('2027-04-30T23:57:00.000Z'), observed: 100, expected: 10 },
    ]);
  });

  it('tells once of an origin that a credential was never used on, accepted or refused (H59)', async () => {
    const { clock, workspaces, ownerId } = await stage();
    const [workspaceId = ''] = workspaces;
    const credentialId = newId(systemRandom, 'embedToken');
    const known = { workspaceId, credentialId, origin: 'https://shop.example' };
    await log(clock, { ...known, fromMinute: 25 * 60, toMinute: 24 * 60 + 10, count: 3 });
    await log(clock, { ...known, fromMinute: 4, count: 2 });
    await log(clock, { ...known, fromMinute: 3, count: 2, origin: 'https://new.example' });
    await log(clock, { ...known, fromMinute: 2, count: 4, kind: 'refusals', origin: 'https://elsewhere.example' });
    await log(clock, { ...known, fromMinute: 2, count: 4, origin: ownOrigin });
    const expected = [
      {
        owner_id: ownerId,
        credential_id: credentialId,
        kind: 'new_origin',
        origin: 'https://new.example',
        observed: 2,
        expected: 0,
        ended_at: null,
      },
      {
        owner_id: ownerId,
        credential_id: credentialId,
        kind: 'new_origin',
        origin: 'https://elsewhere.example',
        observed: 4,
        expected: 0,
        ended_at: null,
      },
    ];
    await detect(clock);
    expect(await spikesOf(workspaceId)).toMatchObject(expected);

    for (let turn = 0; turn < 7; turn++) {
      clock.advance(minuteMs);
      await log(clock, { ...known, fromMinute: 1, count: 1, origin: 'https://new.example' });
      await detect(clock);
    }
    expect(await spikesOf(workspaceId)).toMatchObject(expected);

    clock.advance(24 * hourMs);
    await log(clock, { ...known, fromMinute: 1, count: 1, origin: 'https://new.example' });
    await detect(clock);
    const later = await spikesOf(workspaceId);
    expect(later.map((spike) => [spike['origin'], spike['ended_at'] !== null])).toEqual([
      ['https://new.example', true],
      ['https://elsewhere.example', true],
    ]);
  });

  it('knows of no new origin where nobody needs a credential: what is open to everybody is open to every page', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    const nobody = { workspaceId, credentialId: 'anonymous', count: 3 };
    await log(clock, { ...nobody, origin: 'https://a.example', fromMinute: 26 * 60, toMinute: 25 * 60 });
    await log(clock, { ...nobody, origin: 'https://b.example', fromMinute: 2 });
    await detect(clock);
    expect(await spikesOf(workspaceId)).toEqual([]);
  });

  it('knows of no new origin before a credential has been in use for a day', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    const fresh = { workspaceId, credentialId: newId(systemRandom, 'embedToken') };
    await log(clock, { ...fresh, origin: 'https://a.example', fromMinute: 120, count: 1 });
    await log(clock, { ...fresh, origin: 'https://b.example', fromMinute: 2, count: 1 });
    const never = { workspaceId, credentialId: newId(systemRandom, 'embedToken') };
    await log(clock, { ...never, fromMinute: 26 * 60, toMinute: 25 * 60, count: 1 });
    await log(clock, { ...never, origin: 'https://b.example', fromMinute: 2, count: 1 });
    await detect(clock);
    expect(await spikesOf(workspaceId)).toEqual([]);
  });

  it('keeps a flood of claimed origins bounded, without hiding a new origin of another credential', async () => {
    const { clock, workspaces } = await stage();
    const [flooded = '', other = ''] = workspaces;
    const attacked = { workspaceId: flooded, credentialId: newId(systemRandom, 'clientToken') };
    const calm = { workspaceId: other, credentialId: newId(systemRandom, 'clientToken') };
    for (const credential of [attacked, calm]) {
      await log(clock, {
        ...credential,
        origin: 'https://shop.example',
        fromMinute: 25 * 60,
        toMinute: 24 * 60 + 10,
        count: 1,
      });
    }
    for (let turn = 0; turn < 2; turn++) {
      for (let number = 0; number < newOriginsOpenMax + 5; number++) {
        await log(clock, {
          ...attacked,
          origin: `https://x${turn}-${number}.example`,
          fromMinute: 1,
          count: 1,
          kind: 'refusals',
        });
      }
      if (turn === 1) await log(clock, { ...calm, origin: 'https://zz-new.example', fromMinute: 1, count: 1 });
      await detect(clock);
      clock.advance(minuteMs);
    }
    expect((await spikesOf(flooded)).filter(({ kind }) => kind === 'new_origin')).toHaveLength(newOriginsOpenMax);
    expect(await spikesOf(other)).toMatchObject([{ origin: 'https://zz-new.example' }]);
  });

  it('is done once, whichever of several instances comes first', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    await log(clock, { workspaceId, kind: 'mints', fromMinute: 5, count: 100 });
    const other = test.postgres && (await openDatabase({ kind: 'postgres', ...test.postgres }, quiet));
    try {
      await Promise.all([detect(clock), detect(clock, other), detect(clock), detect(clock, other)]);
      expect(await spikesOf(workspaceId)).toMatchObject([{ observed: 100 }]);
      await log(clock, { workspaceId, kind: 'mints', fromMinute: 5, count: 100 });
      await detect(clock, other);
      expect(await spikesOf(workspaceId)).toMatchObject([{ observed: 100 }]);
    } finally {
      await other?.close();
    }
  });

  it('leaves the minute to the next run when one fails half-way', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    await log(clock, { workspaceId, kind: 'mints', fromMinute: 5, count: 100 });
    const broken: Random = {
      bytes() {
        throw new Error('no more entropy');
      },
    };
    await expect(detect(clock, test.db, broken)).rejects.toThrow('no more entropy');
    expect(await spikesOf(workspaceId)).toEqual([]);
    await detect(clock);
    expect(await spikesOf(workspaceId)).toHaveLength(1);
  });

  it('goes on after an instance with a wrong clock has been there', async () => {
    const { clock, workspaces } = await stage();
    const [workspaceId = ''] = workspaces;
    await detect(createFakeClock('2031-01-01T00:00:00.000Z'));
    await log(clock, { workspaceId, kind: 'mints', fromMinute: 5, count: 100 });
    await detect(clock);
    expect(await spikesOf(workspaceId)).toHaveLength(1);
  });

  it.each([
    'select request_id from access_log',
    'select reason from access_log',
    'select address from access_log',
    'select * from access_log',
    `update spikes set workspace_id = 'ws_other'`,
    'delete from spike_scan',
  ])('may do no more than it needs: not %s', async (statement) => {
    const attempt = test.db.withSystem('spikes.test', (tx) => sql.raw(statement).execute(tx));
    await expect(attempt).rejects.toThrow(/permission denied/);
  });
});

const quiet = { log: { info: () => undefined, warn: () => undefined }, clock: createFakeClock() };
