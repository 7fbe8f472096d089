import { sql } from 'kysely';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestDatabase } from '../../testing/database.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { systemClock } from '../clock.ts';
import { createDatabase } from './database.ts';
import { isConnectionLoss } from './errors.ts';
import { openPostgres } from './postgres.ts';
import type { SystemTx } from './tx.ts';

const notes = fileURLToPath(new URL('fixtures/notes', import.meta.url));

const silent = { info: () => undefined, warn: () => undefined };

const whatIsLeft = `
  select current_user as role,
    concat(current_setting('app.workspace_id', true), current_setting('app.owner_id', true)) as left`;

const one = (tx: SystemTx): Promise<unknown> => sql`select 1`.execute(tx);

describe('on PostgreSQL', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openTestDatabase('postgres', { migrations: notes });
  });
  afterAll(() => test.close());

  /** Ends every connection of the server's role to this database, as a restart does. */
  function terminateAll(): Promise<unknown> {
    return test.admin.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and usename = 'microapp_server'`,
    );
  }

  it('reports a connection that broke inside a transaction, and serves the next one on a new connection', async () => {
    const error: unknown = await test.db
      .withSystem('tests.break', async (tx) => {
        await one(tx);
        await terminateAll();
        await one(tx);
      })
      .catch((thrown: unknown) => thrown);
    expect(isConnectionLoss(error)).toBe(true);
    await expect(test.db.withSystem('tests.continue', one)).resolves.toBeDefined();
  });

  it('survives that idle connections break', async () => {
    await Promise.all([1, 2, 3].map(() => test.db.withSystem('tests.warm', one)));
    await terminateAll();
    await expect(test.db.withSystem('tests.continue', one)).resolves.toBeDefined();
    await expect(test.db.ping()).resolves.toBeUndefined();
  });

  it('says at once that notifications may be lost, and listens again by itself', async () => {
    const heard: string[] = [];
    const stop = await test.db.listen('changes', (payload) => heard.push(payload));
    expect(test.db.notifications.listening).toBe(true);
    const lost = new Promise<boolean>((resolve) => {
      test.db.notifications.onLost(() => resolve(test.db.notifications.listening));
    });
    const back = new Promise<boolean>((resolve) => {
      test.db.notifications.onBack(() => resolve(test.db.notifications.listening));
    });
    await terminateAll();
    expect(await lost).toBe(false);
    expect(await back).toBe(true);
    await test.db.withSystem('tests.notify', (tx) => sql`select pg_notify('changes', 'after')`.execute(tx));
    await test.db.notifications.delivered();
    expect(heard).toEqual(['after']);
    await stop();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['committed', () => Promise.resolve()],
    ['rolled back', () => Promise.reject(new Error('roll back'))],
  ])('gives a connection back without role and settings when the transaction is %s (H33, H56)', async (_, run) => {
    if (test.postgres === undefined) throw new Error('the database has no address');
    const engine = openPostgres(test.postgres.url, { log: silent, clock: systemClock });
    await createDatabase(engine)
      .withWorkspace({ ownerId: 'own_1', workspaceId: 'ws_1' }, async (tx) => {
        await sql`select 1`.execute(tx);
        await run();
      })
      .catch(() => undefined);
    const lease = await engine.acquire();
    const { rows } = await lease.query(whatIsLeft, []);
    lease.release('healthy');
    await engine.close();
    expect(rows).toEqual([{ role: 'microapp_server', left: '' }]);
  });

  it('refuses a tenant’s rows to the server’s role itself', async () => {
    const [grants] = await test.admin.query(
      `select has_table_privilege('microapp_server', 'notes', 'select') as may_read, rolinherit from pg_roles where rolname = 'microapp_server'`,
    );
    expect(grants).toEqual({ may_read: false, rolinherit: false });
  });
});
