import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createRecordCache, type Tagged } from './record-cache.ts';

type Value = { read: number };

function counting(tags: readonly string[] = ['token:1']) {
  let reads = 0;
  return {
    load: async (): Promise<Tagged<Value>> => ({ value: { read: ++reads }, tags }),
    reads: () => reads,
  };
}

describe('a record cache', () => {
  it('loads once and answers from memory until a tag is evicted', async () => {
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => true });
    const source = counting(['token:1', 'workspace:1']);
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
    cache.evict('workspace:2');
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
    cache.evict('workspace:1');
    expect(await cache.get('a', source.load)).toEqual({ read: 2 });
  });

  it('does not store what was read before an eviction', async () => {
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => true });
    const slow = Promise.withResolvers<Tagged<Value>>();
    const first = cache.get('a', () => slow.promise);
    cache.evict('token:1');
    slow.resolve({ value: { read: 0 }, tags: ['token:1'] });
    expect(await first).toEqual({ read: 0 });
    const source = counting();
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
  });

  it('does not let an asker join a load that began before an eviction', async () => {
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => true });
    const slow = Promise.withResolvers<Tagged<Value>>();
    const before = cache.get('a', () => slow.promise);
    cache.evict('token:1');
    const source = counting();
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
    slow.resolve({ value: { read: 0 }, tags: ['token:1'] });
    expect(await before).toEqual({ read: 0 });
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
  });

  it('shares one load among those who ask at the same time', async () => {
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => true });
    const source = counting();
    const answers = await Promise.all([cache.get('a', source.load), cache.get('a', source.load)]);
    expect(answers).toEqual([{ read: 1 }, { read: 1 }]);
    expect(source.reads()).toBe(1);
  });

  it('remembers neither failure nor absence', async () => {
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => true });
    await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await cache.get('a', async () => undefined)).toBeUndefined();
    expect(await cache.get('a', counting().load)).toEqual({ read: 1 });
  });

  it('answers nothing from memory and stores nothing while it is not trusted', async () => {
    let trusted = true;
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => trusted });
    const source = counting();
    await cache.get('a', source.load);
    trusted = false;
    expect(await cache.get('a', source.load)).toEqual({ read: 2 });
    expect(await cache.get('b', source.load)).toEqual({ read: 3 });
    trusted = true;
    expect(await cache.get('b', source.load)).toEqual({ read: 4 });
  });

  it('forgets the longest unused value when it is full', async () => {
    const cache = createRecordCache<Value>({ max: 2, isTrusted: () => true });
    for (const key of ['a', 'b', 'c']) await cache.get(key, counting([`token:${key}`]).load);
    const source = counting(['token:a']);
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
    expect(source.reads()).toBe(1);
  });

  it('forgets everything when it is told to, also what is being loaded', async () => {
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => true });
    await cache.get('a', counting(['token:a']).load);
    const slow = Promise.withResolvers<Tagged<Value>>();
    const before = cache.get('b', () => slow.promise);
    cache.clear();
    slow.resolve({ value: { read: 0 }, tags: ['token:b'] });
    await before;
    const source = counting();
    expect(await cache.get('a', source.load)).toEqual({ read: 1 });
    expect(await cache.get('b', source.load)).toEqual({ read: 2 });
  });

  it('does not store what was loaded when asking for trust is what finds it gone', async () => {
    let asked = 0;
    const cache = createRecordCache<Value>({
      max: 10,
      isTrusted() {
        // As a lease does: found to have run out at the second question, and good again for the rest.
        if (++asked === 2) cache.clear();
        return true;
      },
    });
    await cache.get('a', counting().load);
    expect(await cache.get('a', counting().load)).toEqual({ read: 1 });
    expect(asked).toBe(4);
  });
});

describe('absence', () => {
  function open(max: number = 2) {
    const clock = createFakeClock();
    let trusted = true;
    let loads = 0;
    const cache = createRecordCache<Value>({ max: 10, isTrusted: () => trusted, absent: { max, forMs: 5000, clock } });
    return {
      clock,
      cache,
      distrust: () => (trusted = false),
      loads: () => loads,
      ask: (key: string): Promise<Value | undefined> =>
        cache.get(key, async () => {
          loads += 1;
          return undefined;
        }),
    };
  }

  it('is remembered for its time and no longer', async () => {
    const { clock, ask, loads } = open();
    await ask('a');
    clock.advance(5000);
    await ask('a');
    expect(loads()).toBe(1);
    clock.advance(1);
    await ask('a');
    expect(loads()).toBe(2);
  });

  it('of however many keys pushes out no value', async () => {
    const { cache, ask } = open();
    const source = counting();
    await cache.get('real', source.load);
    for (let key = 0; key < 100; key++) await ask(`made up ${key}`);
    expect(await cache.get('real', source.load)).toEqual({ read: 1 });
  });

  it('ends with any change, since that may have been what brought the key into being', async () => {
    const { cache, ask } = open();
    await ask('a');
    cache.evict('token:of somebody else');
    expect(await cache.get('a', counting().load)).toEqual({ read: 1 });
  });

  it('that was found before a change is not remembered after it', async () => {
    const { cache } = open();
    const slow = Promise.withResolvers<undefined>();
    const before = cache.get('a', () => slow.promise);
    cache.evict('token:a');
    slow.resolve(undefined);
    expect(await before).toBeUndefined();
    expect(await cache.get('a', counting().load)).toEqual({ read: 1 });
  });

  it('is not answered from memory while that is not trusted', async () => {
    const { ask, distrust, loads } = open();
    await ask('a');
    distrust();
    await ask('a');
    expect(loads()).toBe(2);
  });

  it('is not what a failure means', async () => {
    const { cache } = open();
    await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await cache.get('a', counting().load)).toEqual({ read: 1 });
  });
});
