import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { createPostgresDatabase } from '../../testing/database.ts';
import { systemClock } from '../clock.ts';
import type { Session } from './engine.ts';
import { migrate } from './migrate.ts';
import { MigrationError, migrationsFolder, readMigrations } from './migration-files.ts';
import { openDatabase } from './open.ts';
import { openPglite } from './pglite.ts';
import { withPostgresConnection } from './postgres.ts';

const log = { info: () => undefined, warn: () => undefined };
const folders: string[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'microapp-migrations-'));
  folders.push(folder);
});
afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true, force: true }))));

async function write(files: Record<string, string>): Promise<void> {
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)));
}

async function onEmpty<T>(engine: 'pglite' | 'postgres', use: (session: Session) => Promise<T>): Promise<T> {
  if (engine === 'postgres') {
    const { postgres, drop } = await createPostgresDatabase('empty');
    try {
      return await withPostgresConnection(postgres.migrationUrl, use);
    } finally {
      await drop();
    }
  }
  const pglite = await openPglite({ imageFile: inject('pgliteImages').empty });
  try {
    return await pglite.asSuperuser(use);
  } finally {
    await pglite.close();
  }
}

describe('a folder of migrations', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['is empty', {}, /no migrations/],
    ['has a gap', { '0001_a.sql': '', '0003_c.sql': '' }, /expected number 2/],
    ['gives a number twice', { '0001_a.sql': '', '0001_b.sql': '' }, /expected number 2/],
    ['does not begin with 1', { '0002_b.sql': '' }, /expected number 1/],
    ['holds another file', { '0001_a.sql': '', 'notes.txt': '' }, /notes\.txt is not named/],
  ])('that %s is refused', async (_, files, message) => {
    await write(files);
    await expect(readMigrations(folder)).rejects.toThrow(message);
  });

  it('has the same checksums when it was checked out with other line ends', async () => {
    await write({ '0001_a.sql': 'select 1;\nselect 2;\n' });
    const [unix] = await readMigrations(folder);
    await write({ '0001_a.sql': 'select 1;\r\nselect 2;\r\n' });
    const [windows] = await readMigrations(folder);
    expect(windows?.checksum).toBe(unix?.checksum);
  });
});

describe.each(['pglite', 'postgres'] as const)('migrating on %s', (engine) => {
  it('applies each migration once, in order, and goes on where it stopped', async () => {
    await write({
      '0001_a.sql': 'create table a (n integer)',
      '0002_b.sql': 'insert into a values (1); insert into a values (2)',
    });
    const outcome = await onEmpty(engine, async (session) => {
      const first = await migrate(session, await readMigrations(folder));
      await write({ '0003_c.sql': 'insert into a values (3)' });
      const second = await migrate(session, await readMigrations(folder));
      const third = await migrate(session, await readMigrations(folder));
      const { rows } = await session.query('select n from a order by n', []);
      return { first, second, third, rows };
    });
    expect(outcome).toEqual({
      first: ['0001_a', '0002_b'],
      second: ['0003_c'],
      third: [],
      rows: [{ n: 1 }, { n: 2 }, { n: 3 }],
    });
  });

  it('leaves nothing of a migration that cannot be recorded', async () => {
    await write({
      '0001_a.sql': `create table a (); insert into schema_migrations (number, name, checksum) values (1, 'forged', '')`,
    });
    await onEmpty(engine, async (session) => {
      const failed = readMigrations(folder).then((migrations) => migrate(session, migrations));
      await expect(failed).rejects.toThrow(/0001_a failed/);
      const { rows } = await session.query(`select to_regclass('a') as a`, []);
      expect(rows).toEqual([{ a: null }]);
    });
  });

  it('leaves nothing of a migration that fails, keeps the ones before it, and can be tried again', async () => {
    await write({
      '0001_a.sql': 'create table a (n integer)',
      '0002_b.sql': 'insert into a values (1); select no_such_column',
    });
    const outcome = await onEmpty(engine, async (session) => {
      const failed = readMigrations(folder).then((migrations) => migrate(session, migrations));
      await expect(failed).rejects.toThrow(/0002_b failed/);
      const { rows } = await session.query('select n from a', []);
      await write({ '0002_b.sql': 'insert into a values (2)' });
      return { rows, second: await migrate(session, await readMigrations(folder)) };
    });
    expect(outcome).toEqual({ rows: [], second: ['0002_b'] });
  });

  it('refuses an applied migration that has changed since, and applies nothing', async () => {
    await write({ '0001_a.sql': 'create table a (n integer)' });
    await onEmpty(engine, async (session) => {
      await migrate(session, await readMigrations(folder));
      await write({ '0001_a.sql': 'create table a (n bigint)', '0002_b.sql': 'create table b ()' });
      const changed = readMigrations(folder).then((migrations) => migrate(session, migrations));
      await expect(changed).rejects.toThrow(/0001_a has changed/);
      const { rows } = await session.query(`select to_regclass('b') as b`, []);
      expect(rows).toEqual([{ b: null }]);
    });
  });

  it('refuses a migration that later ones have overtaken', async () => {
    await write({ '0001_a.sql': 'select 1', '0002_b.sql': 'select 2' });
    await onEmpty(engine, async (session) => {
      await migrate(session, await readMigrations(folder));
      await session.execute('delete from schema_migrations where number = 1');
      const overtaken = readMigrations(folder).then((migrations) => migrate(session, migrations));
      await expect(overtaken).rejects.toThrow(/0001_a was never applied/);
    });
  });

  it('does not mind migrations of a later release', async () => {
    await write({ '0001_a.sql': 'select 1', '0002_b.sql': 'select 2' });
    await onEmpty(engine, async (session) => {
      const newer = await readMigrations(folder);
      await migrate(session, newer);
      expect(await migrate(session, newer.slice(0, 1))).toEqual([]);
    });
  });
});

describe('starting on PostgreSQL', () => {
  it('migrates once when several instances start together', async () => {
    await cp(migrationsFolder, folder, { recursive: true });
    const { postgres, drop } = await createPostgresDatabase('empty');
    const databases = await Promise.all(
      [1, 2, 3].map(() => openDatabase({ kind: 'postgres', ...postgres }, { log, clock: systemClock }, folder)),
    );
    await Promise.all(databases.map((database) => database.close()));
    const applied = await withPostgresConnection(postgres.superuserUrl, (session) =>
      session.query('select name from schema_migrations order by number', []),
    );
    expect(applied.rows).toEqual((await readMigrations(folder)).map(({ name }) => ({ name })));
    await drop();
  });

  it('works when processes migrate several databases of one cluster together, over roles that belong to all of them', async () => {
    // Roles of this test alone, so that all three databases find them missing.
    const role = `microapp_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    await write({
      '0001_role.sql': `do $$ begin
          if to_regrole('${role}') is null then create role ${role} nologin; end if;
        exception when duplicate_object or unique_violation then null;
        end $$`,
      '0002_alter.sql': `alter role ${role} set work_mem = '8MB'; comment on role ${role} is 'shared by all databases'`,
    });
    const databases = await Promise.all([1, 2, 3].map(() => createPostgresDatabase('empty')));
    const applied = await Promise.all(databases.map(({ postgres }) => migrateInProcess(postgres.migrationUrl)));
    expect(applied).toEqual(databases.map(() => ['0001_role', '0002_alter']));
    await Promise.all(databases.map(({ drop }) => drop()));
  });

  it('tries a migration again that lost a race for a role with another database of the cluster', async () => {
    const role = `microapp_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    const { postgres, drop } = await createPostgresDatabase('empty');
    await write({ '0001_role.sql': `create role ${role} nologin` });
    const asOwner = async (): Promise<string[]> => {
      const migrations = await readMigrations(folder);
      return withPostgresConnection(postgres.migrationUrl, (session) => migrate(session, migrations));
    };
    await asOwner();
    await write({ '0002_limit.sql': `alter role ${role} connection limit 5` });
    const applied = await withPostgresConnection(postgres.superuserUrl, async (rival) => {
      await rival.execute(`begin; alter role ${role} connection limit 6`);
      const migrating = asOwner();
      await withPostgresConnection(postgres.superuserUrl, untilSomebodyWaits);
      await rival.execute('commit');
      return migrating;
    });
    expect(applied).toEqual(['0002_limit']);
    await withPostgresConnection(postgres.superuserUrl, (session) => session.execute(`drop role ${role}`));
    await drop();
  });

  it('refuses to serve an older schema than it needs, when it may not migrate', async () => {
    const { postgres, drop } = await createPostgresDatabase('migrated');
    await cp(migrationsFolder, folder, { recursive: true });
    const next = String((await readMigrations(folder)).length + 1).padStart(4, '0');
    const open = (): Promise<unknown> =>
      openDatabase(
        { kind: 'postgres', url: postgres.url, migrationUrl: postgres.url },
        { log, clock: systemClock },
        folder,
      );
    const database = await openDatabase(
      { kind: 'postgres', url: postgres.url, migrationUrl: postgres.url },
      { log, clock: systemClock },
      folder,
    );
    await database.close();
    await write({ [`${next}_new.sql`]: 'create table added ()' });
    await expect(open()).rejects.toThrow(MigrationError);
    await drop();
  });
});

/** Asks until a statement of this database waits for a lock. */
async function untilSomebodyWaits(session: Session): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await session.query(waiting, [])).rows.length === 0);
}

function moduleUrl(name: string): string {
  return JSON.stringify(new URL(name, import.meta.url).href);
}

/** As an instance would: in a process of its own. Answers the names of what it applied. */
async function migrateInProcess(url: string): Promise<unknown> {
  const script = `
    const { migrate } = await import(${moduleUrl('migrate.ts')});
    const { readMigrations } = await import(${moduleUrl('migration-files.ts')});
    const { withPostgresConnection } = await import(${moduleUrl('postgres.ts')});
    const migrations = await readMigrations(${JSON.stringify(folder)});
    const applied = await withPostgresConnection(${JSON.stringify(url)}, (session) => migrate(session, migrations));
    console.log(JSON.stringify(applied));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return JSON.parse(output);
}
