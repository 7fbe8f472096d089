import { sql } from 'kysely';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { createDatabase } from './database.ts';
import { DataFolderInUseError, lockDataFolder } from './data-folder-lock.ts';
import { ConnectionLostError } from './errors.ts';
import { openPglite } from './pglite.ts';
import type { PgliteEngine } from './pglite.ts';

describe('PGlite in its thread', () => {
  let engine: PgliteEngine;
  beforeAll(async () => {
    engine = await openPglite({ imageFile: inject('pgliteImages').empty });
  });
  afterAll(() => engine.close());

  it('hands over a notification before it answers the commit that caused it (H61)', async () => {
    const order: string[] = [];
    const stop = await engine.notifications.listen('order', (payload) => order.push(payload));
    const lease = await engine.acquire();
    await lease.begin('begin');
    await lease.query(`select pg_notify('order', 'notification')`, []);
    await lease.end('commit').then(() => order.push('commit answered'));
    lease.release('healthy');
    expect(order).toEqual(['notification', 'commit answered']);
    await stop();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['committed', () => Promise.resolve()],
    ['rolled back', () => Promise.reject(new Error('roll back'))],
  ])('gives its connection back without role and settings when the transaction is %s (H33, H56)', async (_, run) => {
    await engine.asSuperuser((session) =>
      session.execute(`do $$ begin
        if to_regrole('microapp_workspace') is null then create role microapp_workspace; end if;
      end $$`),
    );
    await createDatabase(engine)
      .withWorkspace({ ownerId: 'own_1', workspaceId: 'ws_1' }, async (tx) => {
        await sql`select 1`.execute(tx);
        await run();
      })
      .catch(() => undefined);
    const left = await engine.asSuperuser((session) =>
      session.query(
        `select current_user as role,
           concat(current_setting('app.workspace_id', true), current_setting('app.owner_id', true)) as left`,
        [],
      ),
    );
    expect(left.rows).toEqual([{ role: 'postgres', left: '' }]);
  });

  it('never runs a query whose transaction could not be opened', async () => {
    const lease = await engine.acquire();
    await lease.execute('create table untouched (id integer)');
    await lease.begin('begin; set local role no_such_role');
    await expect(lease.query('insert into untouched values (1)', [])).rejects.toThrow(/no_such_role/);
    await lease.end('rollback');
    lease.release('healthy');
    const { rows } = await engine.asSuperuser((session) =>
      session.query('select count(*) as count from untouched', []),
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  it('hands its connection to one holder at a time, in the order of asking', async () => {
    const order: number[] = [];
    const first = await engine.acquire();
    const others = [1, 2, 3].map((number) =>
      engine.asSuperuser(async (session) => {
        order.push(number);
        await session.execute('select 1');
        order.push(number);
      }),
    );
    await first.execute('select 1');
    expect(order).toEqual([]);
    first.release('healthy');
    await Promise.all(others);
    expect(order).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('rejects what is under way and what comes after once its thread has died, and says that it listens no more', async () => {
    const doomed = await openPglite({ imageFile: inject('pgliteImages').empty });
    let lost = 0;
    doomed.notifications.onLost(() => (lost += 1));
    const lease = await doomed.acquire();
    const pending = lease.query('select count(*) from generate_series(1, 100000000)', []);
    const waiting = doomed.ping();
    lease.release('broken');
    await expect(pending).rejects.toThrow(ConnectionLostError);
    await expect(waiting).rejects.toThrow(ConnectionLostError);
    await expect(doomed.ping()).rejects.toThrow(ConnectionLostError);
    expect({ lost, listening: doomed.notifications.listening }).toEqual({ lost: 1, listening: false });
    await doomed.close();
  });
});

describe('a data folder', () => {
  let folder: string;
  let dataDir: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'microapp-data-'));
    dataDir = join(folder, 'database');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function writeClaim(content: string): Promise<void> {
    await mkdir(`${dataDir}.locks`);
    await writeFile(join(`${dataDir}.locks`, '3'), content);
  }

  it('keeps what was committed over a restart, is refused while it is open, and is free once it is closed', async () => {
    const engine = await openPglite({ dataDir, imageFile: inject('pgliteImages').empty });
    await engine.asSuperuser((session) => session.execute('create table kept as select 7 as value'));
    await expect(openPglite({ dataDir })).rejects.toThrow(DataFolderInUseError);
    await engine.close();
    await (
      await lockDataFolder(dataDir)
    )();
    const again = await openPglite({ dataDir });
    const { rows } = await again.asSuperuser((session) => session.query('select value from kept', []));
    await again.close();
    expect(rows).toEqual([{ value: 7 }]);
  });

  it('is refused while another process has it, and taken over when that process was killed', async () => {
    const lockModule = new URL('data-folder-lock.ts', import.meta.url).href;
    const script = `
      const { lockDataFolder } = await import(${JSON.stringify(lockModule)});
      await lockDataFolder(${JSON.stringify(dataDir)});
      console.log('locked');
      process.stdin.resume();`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await expect(lockDataFolder(dataDir)).rejects.toThrow(`is in use by process ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const unlock = await lockDataFolder(dataDir);
    await expect(lockDataFolder(dataDir)).rejects.toThrow(`is in use by process ${process.pid}`);
    await unlock();
  });

  it('is free when its holder’s number belongs to a later process, where that can be told', async () => {
    await writeClaim(JSON.stringify({ pid: process.pid, startedAtTicks: '1' }));
    const outcome = await lockDataFolder(dataDir).then(
      async (unlock) => unlock().then(() => 'locked'),
      (error: unknown) => error instanceof DataFolderInUseError && 'refused',
    );
    expect(outcome).toBe(process.platform === 'linux' ? 'locked' : 'refused');
  });

  it('is free when its lock is damaged', async () => {
    await writeClaim('{"pid":');
    const unlock = await lockDataFolder(dataDir);
    await expect(lockDataFolder(dataDir)).rejects.toThrow(`is in use by process ${process.pid}`);
    await unlock();
  });

  it('goes to one of many that find a stale lock at the same moment', async () => {
    await writeClaim(JSON.stringify({ pid: 2 ** 22 + 1, startedAtTicks: '1' }));
    for (let round = 0; round < 25; round += 1) {
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(dataDir)));
      const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      await winners[0]?.value();
    }
    expect(await readdir(`${dataDir}.locks`)).toHaveLength(1);
  });
});
