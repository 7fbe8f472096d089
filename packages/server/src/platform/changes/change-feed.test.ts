import { setImmediate as turnOfEvents } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import type { LeaseBook } from '../db/lease-book.ts';
import { systemRandom } from '../random.ts';
import { createChangeFeed, type ChangeFeed } from './change-feed.ts';

const silent = { warn: () => undefined };

/** What several instances share: the counter and the book, by the rules of the migration. Nothing is delivered by itself. */
function createFakeDatabase() {
  const rows = new Map<string, { id: string; applied: number; renewals: number }>();
  return {
    latest: 0,
    rows,
    renew(id: string, followed: number | undefined): { latest: number; renewed: boolean } {
      const { latest } = this;
      const renewed = (followed ?? latest) === latest;
      const known = rows.get(id);
      if (renewed) rows.set(id, { id, applied: latest, renewals: (known?.renewals ?? 0) + 1 });
      else if (known !== undefined && followed !== undefined) known.applied = followed;
      return { latest, renewed };
    },
  };
}

/** One instance, and everything that a test may do to it. */
function createInstance(database: ReturnType<typeof createFakeDatabase>, clock: FakeClock) {
  const events: string[] = [];
  const listeners = {
    hear: ((): void => undefined) as (payload: string) => void,
    lost: (): void => undefined,
    back: (): void => undefined,
  };
  const line = { isUp: true, answers: Promise.resolve() };
  const undelivered: string[] = [];

  async function answered<T>(answer: () => T): Promise<T> {
    if (!line.isUp) throw new Error('down');
    const value = answer();
    await line.answers;
    return value;
  }

  const leases: LeaseBook = {
    async renew(id, followed) {
      events.push(`renew ${followed ?? 'from nothing'}`);
      return answered(() => database.renew(id, followed));
    },
    read: () =>
      answered(() => ({ latest: database.latest, instances: [...database.rows.values()].map((row) => ({ ...row })) })),
    async remove(id, renewals) {
      await answered(() => {
        if (renewals === undefined || database.rows.get(id)?.renewals === renewals) database.rows.delete(id);
      });
    },
  };
  const feed: ChangeFeed = createChangeFeed({
    clock,
    random: systemRandom,
    log: silent,
    db: {
      leases,
      async listen(_, onNotify) {
        events.push('listen');
        listeners.hear = onNotify;
        return async () => undefined;
      },
      notifications: {
        get listening() {
          return line.isUp;
        },
        delivered: async () => undefined,
        onLost(react) {
          listeners.lost = react;
          return () => undefined;
        },
        onBack(react) {
          listeners.back = react;
          return () => undefined;
        },
      },
    },
  });
  feed.follow({ evict: (tag) => events.push(`evict ${tag}`), clear: () => events.push('clear') });

  return {
    feed,
    events,
    /** Whether what is remembered is trusted, after everything that is under way has happened. */
    async trusts(): Promise<boolean> {
      await turnOfEvents();
      return feed.isTrusted();
    },
    undelivered,
    deliver(): void {
      for (const payload of undelivered.splice(0)) listeners.hear(payload);
    },
    holdAnswers(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      line.answers = promise;
      return () => {
        line.answers = Promise.resolve();
        resolve();
      };
    },
    lose(): void {
      line.isUp = false;
      listeners.lost();
    },
    comeBack(): void {
      line.isUp = true;
      undelivered.length = 0;
      listeners.back();
    },
  };
}

let clock: FakeClock;
let database: ReturnType<typeof createFakeDatabase>;
let one: ReturnType<typeof createInstance>;
let two: ReturnType<typeof createInstance>;

/** A change is committed: its notification is on its way to everybody. */
function commit(tag: string = 'note:1'): void {
  database.latest += 1;
  for (const instance of [one, two]) instance.undelivered.push(`${database.latest}:${tag}`);
}

beforeEach(async () => {
  clock = createFakeClock();
  database = createFakeDatabase();
  one = createInstance(database, clock);
  two = createInstance(database, clock);
  await one.feed.start();
  await two.feed.start();
});

describe('an instance', () => {
  it('listens first, then asks for a lease, and only then trusts what it loads', async () => {
    const late = createInstance(database, clock);
    expect(late.feed.isTrusted()).toBe(false);
    await late.feed.start();
    expect(late.events).toEqual(['listen', 'renew from nothing']);
    expect(late.feed.isTrusted()).toBe(true);
  });

  it('forgets what a change names, and says in the book that it has followed', async () => {
    commit('note:7');
    one.deliver();
    await turnOfEvents();
    expect(one.events.slice(-2)).toEqual(['evict note:7', 'renew 1']);
    expect([...database.rows.values()].map(({ applied }) => applied)).toEqual([1, 0]);
  });

  it('goes on trusting while its lease is renewed, and no longer', async () => {
    clock.advance(250_000);
    expect(await one.trusts()).toBe(true);
    const answer = one.holdAnswers();
    clock.advance(600);
    expect(await one.trusts()).toBe(true);
    clock.advance(300);
    expect(one.feed.isTrusted()).toBe(false);
    answer();
  });

  it('counts a lease from when it was asked for and not from the answer', async () => {
    const answer = one.holdAnswers();
    clock.advance(300);
    clock.advance(250);
    answer();
    expect(await one.trusts()).toBe(true);
    // The question was asked 250 ms ago.
    clock.setNow(clock.now() + 649);
    expect(one.feed.isTrusted()).toBe(true);
    clock.setNow(clock.now() + 1);
    expect(one.feed.isTrusted()).toBe(false);
  });

  it('forgets everything when its lease has run out, before it asks for another', async () => {
    one.events.length = 0;
    // Frozen: time passes and no timer runs; then the first thing that happens is the renewal.
    clock.setNow(clock.now() + 5000);
    clock.advance(300);
    await turnOfEvents();
    expect(one.events).toEqual(['clear', 'renew from nothing']);
    expect(one.feed.isTrusted()).toBe(true);
  });

  it('forgets everything at the first use after its lease has run out', () => {
    clock.setNow(clock.now() + 5000);
    one.events.length = 0;
    expect(one.feed.isTrusted()).toBe(false);
    expect(one.events).toEqual(['clear']);
  });

  it('is given no lease while it lags, catches up when the notification comes, and keeps what it remembers', async () => {
    commit();
    one.events.length = 0;
    const answer = one.holdAnswers();
    clock.advance(300);
    one.deliver();
    answer();
    await turnOfEvents();
    expect(one.events).toEqual(['renew 0', 'evict note:1', 'renew 1']);
    expect(one.feed.isTrusted()).toBe(true);
  });

  it('forgets everything rather than hold up every change, when the notification does not come', async () => {
    commit();
    one.events.length = 0;
    clock.advance(300);
    await turnOfEvents();
    expect(one.events).toEqual(['renew 0', 'renew 0', 'renew 0', 'clear', 'renew from nothing']);
    expect(one.feed.isTrusted()).toBe(true);
  });

  it('forgets everything when a number is missing', async () => {
    commit('note:1');
    commit('note:2');
    one.undelivered.shift();
    one.events.length = 0;
    one.deliver();
    expect(one.feed.isTrusted()).toBe(false);
    expect(one.events.slice(0, 2)).toEqual(['clear', 'evict note:2']);
    expect(await one.trusts()).toBe(true);
  });

  it('does not take a change that comes while it joins for a hole', async () => {
    clock.setNow(clock.now() + 5000);
    const answer = one.holdAnswers();
    clock.advance(300);
    await turnOfEvents();
    one.events.length = 0;
    commit();
    one.deliver();
    answer();
    await turnOfEvents();
    commit();
    one.deliver();
    expect(one.events).toEqual(['evict note:1', 'renew 1', 'evict note:1', 'renew 2']);
  });

  it('trusts nothing from the moment its connection is lost until it listens again and has a new lease', async () => {
    one.events.length = 0;
    one.lose();
    expect(one.feed.isTrusted()).toBe(false);
    expect(one.events).toEqual(['clear']);
    clock.advance(300);
    expect(await one.trusts()).toBe(false);
    commit();
    one.comeBack();
    expect(await one.trusts()).toBe(true);
    expect(one.events).toEqual(['clear', 'renew from nothing']);
  });

  it('makes nothing of a lease that was asked for before it forgot everything', async () => {
    const answer = one.holdAnswers();
    clock.advance(300);
    await turnOfEvents();
    one.lose();
    one.comeBack();
    expect(one.feed.isTrusted()).toBe(false);
    one.events.length = 0;
    answer();
    expect(await one.trusts()).toBe(true);
    expect(one.events).toEqual(['renew from nothing']);
  });

  it('is taken off the book when it ends, and trusts nothing after that', async () => {
    await one.feed.close();
    expect(database.rows.size).toBe(1);
    expect(one.feed.isTrusted()).toBe(false);
  });
});

describe('whoever makes a change', () => {
  /** Waits like the route of a change does. */
  function waiting(instance: { feed: ChangeFeed }): { isOver: () => Promise<boolean> } {
    let over = false;
    void instance.feed.everywhere().finally(() => {
      over = true;
    });
    return {
      async isOver() {
        await turnOfEvents();
        return over;
      },
    };
  }

  it('is answered at once when everybody has followed', async () => {
    commit();
    one.deliver();
    two.deliver();
    await turnOfEvents();
    expect(await waiting(one).isOver()).toBe(true);
  });

  it('waits for another instance until that has followed', async () => {
    commit();
    one.deliver();
    const change = waiting(one);
    clock.advance(32);
    expect(await change.isOver()).toBe(false);
    two.deliver();
    await turnOfEvents();
    clock.advance(100);
    expect(await change.isOver()).toBe(true);
  });

  it('waits also where nothing was left to change, for what an earlier call changed', async () => {
    commit();
    one.deliver();
    waiting(one);
    expect(await waiting(one).isOver()).toBe(false);
  });

  it('waits for an instance that says nothing no longer than one lease, and nobody waits for it again', async () => {
    const answer = two.holdAnswers();
    commit();
    one.deliver();
    const change = waiting(one);
    for (let passed = 0; passed < 31; passed++) {
      clock.advance(32);
      expect(await change.isOver()).toBe(false);
    }
    // By now its lease has run out by its own clocks, too.
    expect(two.feed.isTrusted()).toBe(false);
    clock.advance(8);
    expect(await change.isOver()).toBe(true);
    clock.advance(32);
    await turnOfEvents();
    expect(database.rows.size).toBe(1);
    commit();
    one.deliver();
    await turnOfEvents();
    expect(await waiting(one).isOver()).toBe(true);
    answer();
  });

  it('waits for the time of one lease when the book cannot be read', async () => {
    commit();
    one.lose();
    const change = waiting(one);
    clock.advance(999);
    expect(await change.isOver()).toBe(false);
    clock.advance(1);
    expect(await change.isOver()).toBe(true);
  });
});

describe('the book', () => {
  it('loses those who ended without a word, and keeps those who are there', async () => {
    two.holdAnswers();
    for (let passed = 0; passed < 20; passed++) {
      clock.advance(300);
      await turnOfEvents();
    }
    expect(database.rows.size).toBe(1);
    expect(await one.trusts()).toBe(true);
  });
});

describe('on a database that nobody else can be on', () => {
  it('what is remembered is trusted while changes arrive, and a change has nobody to wait for', async () => {
    let listening = true;
    const feed = createChangeFeed({
      clock,
      random: systemRandom,
      log: silent,
      db: {
        leases: undefined,
        listen: async () => async () => undefined,
        notifications: {
          get listening() {
            return listening;
          },
          delivered: async () => undefined,
          onLost: () => () => undefined,
          onBack: () => () => undefined,
        },
      },
    });
    await feed.start();
    clock.advance(3_600_000);
    expect(feed.isTrusted()).toBe(true);
    await feed.everywhere();
    listening = false;
    expect(feed.isTrusted()).toBe(false);
  });
});
