import { afterAll, describe, inject } from 'vitest';

import { systemClock } from '../platform/clock.ts';
import { createDatabase } from '../platform/db/database.ts';
import type { Database } from '../platform/db/database.ts';
import type { DatabaseLog, EngineName, Session } from '../platform/db/engine.ts';
import { migrate } from '../platform/db/migrate.ts';
import { migrationsFolder, readMigrations } from '../platform/db/migration-files.ts';
import { openDatabase } from '../platform/db/open.ts';
import { openPglite } from '../platform/db/pglite.ts';
import { withPostgresConnection } from '../platform/db/postgres.ts';
import type { TemplateName } from './database-templates.ts';
import { compiledPglite } from './pglite-code.ts';
import { createDatabaseIn } from './postgres-database.ts';
import type { PostgresDatabase, PostgresUrls } from './postgres-database.ts';
import './global-set-up.ts';

/** A database of a test's own. */
export type TestDatabase = {
  db: Database;
  /** Past every policy: for what no tenant could set up, and for assertions. */
  admin: Admin;
  /** For further connections and processes; PGlite has neither. */
  postgres: PostgresUrls | undefined;
  close(): Promise<void>;
};

export type Admin = {
  query(sql: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Several statements on one connection. */
  session<T>(use: (session: Session) => Promise<T>): Promise<T>;
};

/** `migrations` is a folder of others than the product's. */
export type TestDatabaseOptions = { migrations?: string };

const silent: DatabaseLog = { info: () => undefined, warn: () => undefined };

/** Opens a fresh database with its schema in place. On PostgreSQL the server's role is neither superuser nor owner. */
export async function openTestDatabase(engine: EngineName, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  return engine === 'pglite' ? openOnPglite(options) : openOnPostgres(options);
}

/** `describe` once for each engine. Databases from `open` are closed when the tests are through. */
export function describeOnBothEngines(
  title: string,
  define: (open: (options?: TestDatabaseOptions) => Promise<TestDatabase>, engine: EngineName) => void,
): void {
  describe.each<EngineName>(['pglite', 'postgres'])(`${title} on %s`, (engine) => {
    const opened: TestDatabase[] = [];
    afterAll(async () => {
      await Promise.all(opened.map((database) => database.close()));
    });
    define(async (options) => {
      const database = await openTestDatabase(engine, options);
      opened.push(database);
      return database;
    }, engine);
  });
}

async function openOnPglite({ migrations = migrationsFolder }: TestDatabaseOptions): Promise<TestDatabase> {
  const engine = await openPglite({
    imageFile: inject('pgliteImages')[templateFor(migrations)],
    code: await compiledPglite(),
  });
  try {
    const files = await readMigrations(migrations);
    await engine.asSuperuser((session) => migrate(session, files));
  } catch (error) {
    await engine.close();
    throw error;
  }
  const admin = createAdmin((use) => engine.asSuperuser(use));
  return { db: createDatabase(engine), admin, postgres: undefined, close: () => engine.close() };
}

async function openOnPostgres({ migrations = migrationsFolder }: TestDatabaseOptions): Promise<TestDatabase> {
  const { postgres, drop } = await createPostgresDatabase(templateFor(migrations));
  try {
    const db = await openDatabase({ kind: 'postgres', ...postgres }, { log: silent, clock: systemClock }, migrations);
    const admin = createAdmin(async (use) => {
      const result = await withPostgresConnection(postgres.superuserUrl, use);
      // A change past the server is heard a moment after its commit; a test need not guess how long that is.
      if (db.notifications.listening) await db.notifications.delivered();
      return result;
    });
    return {
      db,
      admin,
      postgres,
      async close() {
        await db.close();
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** A database of its own in the run's cluster, copied from a template. */
export function createPostgresDatabase(template: TemplateName): Promise<PostgresDatabase> {
  return createDatabaseIn(inject('postgresSocketFolder'), template);
}

function templateFor(migrations: string): TemplateName {
  return migrations === migrationsFolder ? 'migrated' : 'empty';
}

function createAdmin(session: Admin['session']): Admin {
  return {
    session,
    query: (sql, parameters = []) => session(async (connection) => (await connection.query(sql, parameters)).rows),
  };
}
