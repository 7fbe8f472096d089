import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeOnBothEngines, openTestDatabase } from '../../testing/database.ts';
import type { TestDatabase } from '../../testing/database.ts';
import type { LeaseBook } from './lease-book.ts';
import { withPostgresConnection } from './postgres.ts';

const owner = `insert into owners (id, name, created_at) values ('own_1', 'One', now())`;

/** What the server may write while a credential is used, and what the owner reads only. */
const unannounced = ['last_used_at', 'seen_in_url_at'];
/** Nothing that is remembered depends on these: a member's link is looked up each time, and works once. */
const unremembered = [
  'workspaces.embed_tokens_reviewed_at',
  'members.joined_at',
  'members.link_expires_at',
  'members.link_hash',
  'members.updated_at',
];

describeOnBothEngines('changes', (open) => {
  let test: TestDatabase;
  let heard: string[];
  beforeAll(async () => {
    test = await open();
    heard = [];
    await test.db.listen('microapp_change', (payload) => heard.push(payload));
    await test.admin.query(owner);
    await test.admin.query(
      `insert into owner_keys (id, owner_id, secret_hash, created_at) values ('ownk_1', 'own_1', 'hash', now())`,
    );
  });

  async function heardFrom(sql: string): Promise<{ number: number; tag: string }[]> {
    heard.length = 0;
    await test.admin.session((session) => session.execute(sql));
    await test.db.notifications.delivered();
    return heard.map((payload) => {
      const [number, ...tag] = payload.split(':');
      return { number: Number(number), tag: tag.join(':') };
    });
  }

  async function counter(): Promise<unknown> {
    return (await test.admin.query('select value from change_counter'))[0]?.['value'];
  }

  it('are numbered without a gap, each row of a transaction by itself', async () => {
    const before = Number(await counter());
    const changes = await heardFrom(`
      begin;
      update owners set name = 'Two' where id = 'own_1';
      update owner_keys set version = 2 where id = 'ownk_1';
      commit`);
    expect(changes).toEqual([
      { number: before + 1, tag: 'owner:own_1' },
      { number: before + 2, tag: 'owner_key:ownk_1' },
    ]);
    expect(await counter()).toBe(before + 2);
  });

  it('that are rolled back take no number and are not heard of', async () => {
    const before = await counter();
    expect(await heardFrom(`begin; update owners set name = 'Three'; rollback`)).toEqual([]);
    expect(await counter()).toBe(before);
  });

  it('are not what is written while a credential is used', async () => {
    expect(await heardFrom(`update owner_keys set last_used_at = now(), seen_in_url_at = now()`)).toEqual([]);
  });

  it('take their number at the end of their transaction, so that nothing waits while it holds the number', async () => {
    const [found] = await test.admin.query(
      `select count(*) as triggers, count(*) filter (where t.tgdeferrable and t.tginitdeferred) as deferred
       from pg_trigger t join pg_proc p on p.oid = t.tgfoid where p.proname = 'notify_change'`,
    );
    expect(Number(found?.['triggers'])).toBeGreaterThan(5);
    expect(found?.['deferred']).toBe(found?.['triggers']);
  });

  it('are announced for every column that the server may change, but the stamps', async () => {
    const missing = await test.admin.query(
      `select distinct c.relname || '.' || a.attname as column
       from pg_trigger t
       join pg_proc p on p.oid = t.tgfoid and p.proname = 'notify_change'
       join pg_class c on c.oid = t.tgrelid
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       cross join unnest(array['microapp_workspace', 'microapp_owner', 'microapp_system']) role
       where cardinality(t.tgattr::int2[]) > 0 and not a.attnum = any (t.tgattr::int2[])
         and has_column_privilege(role, c.oid, a.attnum, 'update') and a.attname <> all ($1)
         and c.relname || '.' || a.attname <> all ($2)`,
      [unannounced, unremembered],
    );
    expect(missing).toEqual([]);
  });
});

describe('the book of instances on PostgreSQL', () => {
  let test: TestDatabase;
  let book: LeaseBook;
  beforeAll(async () => {
    test = await openTestDatabase('postgres');
    if (test.db.leases === undefined) throw new Error('there is no book');
    book = test.db.leases;
    // The book is written over the connection that listens.
    await test.db.listen('microapp_change', () => undefined);
    await test.admin.query(owner);
  });
  afterAll(() => test.close());

  const change = `update owners set name = name where id = 'own_1'`;

  async function latest(): Promise<number> {
    return (await book.read()).latest;
  }

  it('gives a lease to one that has followed everything, or that remembers nothing', async () => {
    const number = await latest();
    expect(await book.renew('new', undefined)).toEqual({ latest: number, renewed: true });
    expect(await book.renew('new', number)).toEqual({ latest: number, renewed: true });
    expect((await book.read()).instances).toContainEqual({ id: 'new', applied: number, renewals: 2 });
  });

  it('gives none to one that lags, and notes how far it has come', async () => {
    const before = await latest();
    await book.renew('lagging', before);
    await test.admin.query(change);
    await test.admin.query(change);
    expect(await book.renew('lagging', before + 1)).toEqual({ latest: before + 2, renewed: false });
    expect((await book.read()).instances).toContainEqual({ id: 'lagging', applied: before + 1, renewals: 1 });
  });

  it('gives none before a change that is being committed is through, and then refuses those who have not heard of it', async () => {
    const number = await latest();
    await test.admin.session(async (session) => {
      await session.execute(`begin; ${change}; set constraints all immediate`);
      let answered = false;
      const renewal = book.renew('waiting', number).finally(() => {
        answered = true;
      });
      await untilSomebodyWaits(test);
      expect(answered).toBe(false);
      await session.execute('commit');
      expect(await renewal).toEqual({ latest: number + 1, renewed: false });
    });
  });

  it('strikes an instance off only if it was given no lease since', async () => {
    await book.renew('gone', undefined);
    await book.renew('gone', undefined);
    await book.remove('gone', 1);
    expect((await book.read()).instances.map(({ id }) => id)).toContain('gone');
    await book.remove('gone', 2);
    expect((await book.read()).instances.map(({ id }) => id)).not.toContain('gone');
  });

  it.each(["x'; drop table owners; --", '', 'a b', 'x'.repeat(65)])('takes no instance by the name %j', async (id) => {
    await expect(book.renew(id, 1)).rejects.toThrow(TypeError);
    await expect(book.remove(id)).rejects.toThrow(TypeError);
  });

  it.each([-1, 0.5, Number.NaN])('takes no change by the number %d', async (number) => {
    await expect(book.renew('x', number)).rejects.toThrow(TypeError);
  });

  it('cannot be written by the server but through its own rules', async () => {
    const [rights] = await test.admin.query(
      `select
         has_table_privilege('microapp_system', 'instances', 'insert, update') as instances,
         has_table_privilege('microapp_system', 'change_counter', 'insert, update, delete') as counter,
         has_table_privilege('microapp_owner', 'change_counter', 'select, insert, update, delete') as owners_counter,
         has_function_privilege('microapp_owner', 'renew_lease(text, bigint)', 'execute') as owners_lease`,
    );
    expect(rights).toEqual({ instances: false, counter: false, owners_counter: false, owners_lease: false });
  });
});

/** Resolves when a statement of this database waits for a lock. */
async function untilSomebodyWaits({ postgres }: TestDatabase): Promise<void> {
  await withPostgresConnection(postgres?.superuserUrl ?? '', async (session) => {
    for (;;) {
      const { rows } = await session.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        [],
      );
      if (rows.length > 0) return;
    }
  });
}
