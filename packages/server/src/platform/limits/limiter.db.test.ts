import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { startRedis, type RedisServer } from '../../testing/redis.ts';
import { freePort } from '../../testing/server-process.ts';
import { createLog, type Log } from '../log.ts';
import { openRedis, type RedisConnection } from '../redis/connection.ts';
import { Secret } from '../secret.ts';
import { createLimiter, shareWithoutRedis, type Limiter } from './limiter.ts';

type Instance = { clock: FakeClock; redis: RedisConnection; limiter: Limiter; logged: () => string };

const opened: RedisConnection[] = [];

/** What one process has of its own: clock, connection, counts. */
async function openInstance(url: string, name = 'test'): Promise<Instance> {
  const clock = createFakeClock();
  const { log, logged } = readableLog();
  const redis = await openRedis(new Secret(url), { clock, log });
  opened.push(redis);
  return { clock, redis, logged, limiter: createLimiter({ name, clock, redis, keysMax: 1000 }) };
}

function readableLog(): { log: Log; logged: () => string } {
  const lines: string[] = [];
  const log = createLog({
    level: 'trace',
    secretFields: [],
    destination: { write: (line) => void lines.push(line) },
  });
  return { log, logged: () => lines.join('') };
}

async function admittedOf(limiters: readonly Limiter[], key: string, { asked, max }: { asked: number; max: number }) {
  const verdicts = await Promise.all(
    limiters.flatMap((limiter) => Array.from({ length: asked }, () => limiter.consume(key, max))),
  );
  return verdicts.filter(({ isAdmitted }) => isAdmitted).length;
}

/** Lets the probes run until the connection is in that state; how long that takes is up to the network. */
async function untilState({ clock, redis }: Instance, state: 'ok' | 'unavailable'): Promise<void> {
  await vi.waitFor(
    () => {
      clock.advance(1000);
      expect(redis.state()).toBe(state);
    },
    { timeout: 15_000, interval: 100 },
  );
}

afterEach(() => {
  for (const redis of opened.splice(0)) redis.close();
});

describe('a limiter in memory', () => {
  it('admits what it may in a minute, and then says how long to wait', async () => {
    const clock = createFakeClock();
    const limiter = createLimiter({ name: 'test', clock, redis: undefined, keysMax: 10 });
    expect(await admittedOf([limiter], 'a', { asked: 8, max: 5 })).toBe(5);
    clock.advance(59_001);
    expect(await limiter.consume('a', 5)).toMatchObject({ isAdmitted: false, retryAfterSeconds: 1 });
    expect(await limiter.consume('b', 5)).toMatchObject({ isAdmitted: true });
    clock.advance(999);
    expect(await limiter.consume('a', 5)).toMatchObject({ isAdmitted: true });
  });

  it('says before whether another one would be refused, and counts nothing by that', async () => {
    const limiter = createLimiter({ name: 'test', clock: createFakeClock(), redis: undefined, keysMax: 10 });
    for (let n = 0; n < 10; n++) expect(await limiter.check('a', 1)).toMatchObject({ isAdmitted: true });
    await limiter.consume('a', 1);
    expect(await limiter.check('a', 1)).toMatchObject({ isAdmitted: false, retryAfterSeconds: 60 });
    expect(await limiter.check('a', 2)).toMatchObject({ isAdmitted: true });
  });
});

describe('what is left', () => {
  const max = 2;

  it('is told with every verdict, to the end of the window', async () => {
    const clock = createFakeClock();
    const limiter = createLimiter({ name: 'test', clock, redis: undefined, keysMax: 10 });
    expect(await limiter.check('a', max)).toEqual({ isAdmitted: true, remaining: 1, resetSeconds: 60 });
    expect(await limiter.consume('a', max)).toEqual({ isAdmitted: true, remaining: 1, resetSeconds: 60 });
    clock.advance(29_500);
    expect(await limiter.consume('a', max)).toEqual({ isAdmitted: true, remaining: 0, resetSeconds: 31 });
    const refused = { isAdmitted: false, remaining: 0, resetSeconds: 31, retryAfterSeconds: 31 };
    expect(await limiter.check('a', max)).toEqual(refused);
    expect(await limiter.consume('a', max)).toEqual(refused);
    expect(await limiter.consume('a', max)).toEqual(refused);
  });
});

describe('a limiter on Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => server.command('FLUSHALL'));

  it('lets several processes together admit the limit exactly, also when all ask at once (H36)', async () => {
    const instances = await Promise.all([1, 2, 3].map(() => openInstance(server.url)));
    const limiters = instances.map(({ limiter }) => limiter);
    expect(await admittedOf(limiters, 'a', { asked: 50, max: 40 })).toBe(40);
    expect(await admittedOf(limiters, 'b', { asked: 5, max: 40 })).toBe(15);
  });

  it('begins a minute with the first count, and its key is gone at the end', async () => {
    const { limiter } = await openInstance(server.url);
    await limiter.consume('a', 1);
    const key = 'microapp:limit:test:a';
    expect(await server.command('TTL', key)).toBe(60);
    await server.command('EXPIRE', key, '17');
    expect(await limiter.check('a', 5)).toMatchObject({ isAdmitted: true, remaining: 3, resetSeconds: 17 });
    expect(await limiter.consume('a', 1)).toMatchObject({ isAdmitted: false, retryAfterSeconds: 17 });
    expect(await limiter.check('a', 1)).toMatchObject({ isAdmitted: false, retryAfterSeconds: 17 });
    await server.command('DEL', key);
    expect(await limiter.consume('a', 1)).toMatchObject({ isAdmitted: true });
  });

  it('keeps what is counted under different names apart', async () => {
    const [one, other] = await Promise.all([openInstance(server.url, 'one'), openInstance(server.url, 'other')]);
    expect(await one.limiter.consume('a', 1)).toMatchObject({ isAdmitted: true });
    expect(await other.limiter.check('a', 1)).toMatchObject({ isAdmitted: true });
    expect(await one.limiter.check('a', 1)).toMatchObject({ isAdmitted: false });
  });

  it('waits for a server that hangs once and briefly, and then goes by its share without waiting', async () => {
    const instance = await openInstance(server.url);
    await server.command('CLIENT', 'PAUSE', '2500', 'ALL');
    const began = performance.now();
    expect(await instance.limiter.consume('a', 8)).toMatchObject({ isAdmitted: true });
    expect(performance.now() - began).toBeLessThan(1500);
    expect(instance.redis.state()).toBe('unavailable');
    const then = performance.now();
    // Two of eight are its share, and the first was one of them.
    expect(await admittedOf([instance.limiter], 'a', { asked: 10, max: 8 })).toBe(8 * shareWithoutRedis - 1);
    expect(performance.now() - then).toBeLessThan(200);
    await untilState(instance, 'ok');
  });

  it('a server that cannot be written to is none', async () => {
    const full = await startRedis({ settings: { maxmemory: '1', 'maxmemory-policy': 'noeviction' } });
    try {
      const instance = await openInstance(full.url);
      expect(instance.redis.state()).toBe('unavailable');
      expect(await admittedOf([instance.limiter], 'a', { asked: 10, max: 8 })).toBe(2);
    } finally {
      await full.stop();
    }
  });
});

describe('a limiter whose Redis comes and goes', () => {
  it('goes by its share, with what it had admitted, and is exact again when Redis is back', async () => {
    const port = await freePort();
    const first = await startRedis({ port });
    const instance = await openInstance(first.url);
    const { limiter, redis } = instance;
    expect(await admittedOf([limiter], 'much', { asked: 30, max: 100 })).toBe(30);
    expect(await admittedOf([limiter], 'little', { asked: 10, max: 100 })).toBe(10);
    await first.stop();

    // 25 is its share. More than that was admitted already; of the other, 15 are left.
    expect(await admittedOf([limiter], 'much', { asked: 10, max: 100 })).toBe(0);
    expect(await admittedOf([limiter], 'little', { asked: 40, max: 100 })).toBe(15);
    expect(redis.state()).toBe('unavailable');
    // A limit too small to be shared still admits somebody.
    expect(await admittedOf([limiter], 'smallest', { asked: 5, max: 1 })).toBe(1);
    expect(await limiter.check('smallest', 1)).toMatchObject({ isAdmitted: false });
    expect(instance.logged()).toContain('Redis does not answer');

    const second = await startRedis({ port });
    try {
      await untilState(instance, 'ok');
      expect(await admittedOf([limiter], 'fresh', { asked: 60, max: 50 })).toBe(50);
    } finally {
      await second.stop();
    }
  });

  it('starts without it, and finds it later', async () => {
    const port = await freePort();
    const instance = await openInstance(`redis://127.0.0.1:${port}`);
    expect(instance.redis.state()).toBe('unavailable');
    expect(await admittedOf([instance.limiter], 'a', { asked: 10, max: 8 })).toBe(2);
    const server = await startRedis({ port });
    try {
      await untilState(instance, 'ok');
      expect(await admittedOf([instance.limiter], 'b', { asked: 10, max: 8 })).toBe(8);
    } finally {
      await server.stop();
    }
  });

  it('a password opens it, a wrong one does not, and neither is ever logged', async () => {
    const password = randomBytes(16).toString('hex');
    const server = await startRedis({ password });
    try {
      const right = await openInstance(server.url);
      expect(right.redis.state()).toBe('ok');
      const wrongPassword = randomBytes(16).toString('hex');
      const wrong = await openInstance(server.url.replace(password, wrongPassword));
      expect(wrong.redis.state()).toBe('unavailable');
      expect(await admittedOf([wrong.limiter], 'a', { asked: 10, max: 8 })).toBe(2);
      expect(wrong.logged()).toContain('WRONGPASS');
      for (const secret of [password, wrongPassword]) {
        expect(right.logged()).not.toContain(secret);
        expect(wrong.logged()).not.toContain(secret);
      }
    } finally {
      await server.stop();
    }
  });
});
