import { afterAll, beforeAll, expect, it } from 'vitest';
import { bodyHashOf, type KeyedRequest } from '../../platform/http/index.ts';
import { createLog } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { createIdempotencyKeys, type RunningIdempotencyKeys } from './index.ts';
import { leaseMs, leaseRenewalMs, rememberedMs, sweepIntervalMs } from './limits.ts';

const ownerId = 'own_first';
const scope = { ownerId };

function requestOf(key: string, body: unknown = {}): KeyedRequest {
  return { caller: ['owner_key', 'ownk_1'], target: 'POST /v1/things {}', key, bodyHash: bodyHashOf(body) };
}

const underWay = { code: 'conflict', reason: 'idempotency_key_under_way', headers: { 'retry-after': '1' } };

describeOnBothEngines('the keys of requests', (open) => {
  let database: TestDatabase;
  const running: RunningIdempotencyKeys[] = [];

  /** One server's, on a clock of its own. */
  function start(): { clock: FakeClock; keys: RunningIdempotencyKeys } {
    const clock = createFakeClock();
    const log = createLog({ level: 'silent', secretFields: [] });
    const keys = createIdempotencyKeys({ db: database.db, clock, random: systemRandom, log });
    running.push(keys);
    return { clock, keys };
  }

  async function kept(): Promise<number> {
    const [row] = await database.admin.query('select count(*)::int as kept from idempotency_keys');
    return Number(row?.['kept']);
  }

  beforeAll(async () => {
    database = await open();
    await database.admin.query(`insert into owners (id, name, created_at) values ($1, 'First', now())`, [ownerId]);
  });
  afterAll(() => running.forEach((keys) => keys.stop()));

  it('while the first request is at work its repeat is told to come back; then it gets the outcome', async () => {
    const { keys } = start();
    const work = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const first = keys.around(scope, requestOf('a'), () => {
      begun.resolve();
      return work.promise;
    });
    await begun.promise;
    const acted: string[] = [];
    const repeat = () => keys.around(scope, requestOf('a'), async () => acted.push('again'));
    await expect(repeat()).rejects.toMatchObject(underWay);
    work.resolve('done');
    expect(await first).toEqual({ outcome: 'done', repeated: false });
    expect(await repeat()).toEqual({ outcome: 'done', repeated: true });
    expect(acted).toEqual([]);
  });

  it('a server that dies at work blocks its key for the time of a lease and no longer, and cannot write over the next one', async () => {
    const frozen = start();
    const alive = start();
    const work = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const lost = frozen.keys.around(scope, requestOf('b'), () => {
      begun.resolve();
      return work.promise;
    });
    await begun.promise;
    const act = () => alive.keys.around(scope, requestOf('b'), () => Promise.resolve('second'));
    alive.clock.advance(leaseMs - 1);
    await expect(act()).rejects.toMatchObject(underWay);
    alive.clock.advance(1);
    expect(await act()).toEqual({ outcome: 'second', repeated: false });
    work.resolve('first, which nobody waited for');
    await lost;
    expect(await act()).toEqual({ outcome: 'second', repeated: true });
  });

  it('a server that is long at work keeps its key', async () => {
    const { clock, keys } = start();
    const other = start();
    const work = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const first = keys.around(scope, requestOf('c'), () => {
      begun.resolve();
      return work.promise;
    });
    await begun.promise;
    const leasedUntil = async (): Promise<unknown> => {
      const [row] = await database.admin.query(
        'select max(leased_until) as until from idempotency_keys where outcome is null',
      );
      return row?.['until'];
    };
    for (const beat of [1, 2, 3, 4]) {
      clock.advance(leaseRenewalMs);
      other.clock.advance(leaseRenewalMs);
      await expect.poll(leasedUntil).toEqual(new Date(clock.now() + leaseMs));
      const again = other.keys.around(scope, requestOf('c'), () => Promise.resolve(beat));
      await expect(again).rejects.toMatchObject(underWay);
    }
    work.resolve('done');
    await first;
  });

  it('a deed that fails, around or within, leaves its key free', async () => {
    const { keys } = start();
    const before = await kept();
    const boom = new Error('boom');
    await expect(keys.around(scope, requestOf('d'), () => Promise.reject(boom))).rejects.toBe(boom);
    const within = database.db.withOwner(scope, (tx) =>
      keys.within(tx, scope, requestOf('e'), () => Promise.reject(boom)),
    );
    await expect(within).rejects.toBe(boom);
    expect(await kept()).toBe(before);
    expect(await keys.around(scope, requestOf('d', 'other body'), () => Promise.resolve(1))).toEqual({
      outcome: 1,
      repeated: false,
    });
  });

  it('an outcome is repeated to the character, with what a database would not take as text', async () => {
    const { keys } = start();
    const outcome = { z: 1, a: ['\0', '\ud800', 'ünïcödé 🎉'], big: 1e300, none: null };
    await keys.around(scope, requestOf('f'), () => Promise.resolve(outcome));
    const again = await keys.around(scope, requestOf('f'), () => Promise.resolve('not this'));
    expect(JSON.stringify(again.outcome)).toBe(JSON.stringify(outcome));
  });

  it('after 24 hours, and not before, the key is as new and the row is swept away', async () => {
    const { clock, keys } = start();
    const act = (outcome: number) => keys.around(scope, requestOf('g'), () => Promise.resolve(outcome));
    await act(1);
    clock.setNow(clock.now() + rememberedMs - 1);
    expect(await act(2)).toEqual({ outcome: 1, repeated: true });
    clock.setNow(clock.now() + 1);
    expect(await act(3)).toEqual({ outcome: 3, repeated: false });
    expect(await act(4)).toEqual({ outcome: 3, repeated: true });
    const before = await kept();
    expect(before).toBeGreaterThan(0);
    clock.setNow(clock.now() + rememberedMs);
    clock.advance(sweepIntervalMs);
    await expect.poll(kept).toBe(0);
  });
});
