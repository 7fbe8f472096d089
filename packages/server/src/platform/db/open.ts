import { createDatabase } from './database.ts';
import type { Database } from './database.ts';
import type { DatabaseClock, DatabaseLog } from './engine.ts';
import { assertMigrated, migrate } from './migrate.ts';
import { migrationsFolder, readMigrations } from './migration-files.ts';
import type { Migration } from './migration-files.ts';
import { openPglite } from './pglite.ts';
import { openPostgres, withPostgresConnection } from './postgres.ts';
import { assertServerRole } from './server-role.ts';

/**
 * Which database. PGlite without `dataDir` lives in memory. On PostgreSQL `migrationUrl` is the tables' owner and `url` the
 * server's ordinary role; where they are equal nothing is migrated, and the schema must be up to date already.
 */
export type DatabaseTarget =
  | { kind: 'pglite'; dataDir?: string }
  | { kind: 'postgres'; url: string; migrationUrl: string };

export type DatabaseDeps = { log: DatabaseLog; clock: DatabaseClock };

/**
 * Opens a database whose schema is up to date. Rejects with `DataFolderInUseError`, `MigrationError`, `ServerRoleError` or
 * `ConnectionLostError`; nothing is left open then.
 */
export async function openDatabase(
  target: DatabaseTarget,
  deps: DatabaseDeps,
  folder: string = migrationsFolder,
): Promise<Database> {
  const migrations = await readMigrations(folder);
  switch (target.kind) {
    case 'pglite':
      return openEmbedded(target.dataDir, migrations, deps);
    case 'postgres':
      return openServer(target, migrations, deps);
  }
}

async function openEmbedded(
  dataDir: string | undefined,
  migrations: readonly Migration[],
  { log }: DatabaseDeps,
): Promise<Database> {
  const engine = await openPglite(dataDir === undefined ? {} : { dataDir });
  try {
    report(log, await engine.asSuperuser((session) => migrate(session, migrations)));
    return createDatabase(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openServer(
  { url, migrationUrl }: { url: string; migrationUrl: string },
  migrations: readonly Migration[],
  deps: DatabaseDeps,
): Promise<Database> {
  if (migrationUrl !== url) {
    report(deps.log, await withPostgresConnection(migrationUrl, (session) => migrate(session, migrations)));
  }
  await withPostgresConnection(url, assertServerRole);
  const database = createDatabase(openPostgres(url, deps));
  try {
    await assertSchema(database, migrations);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assertSchema(database: Database, migrations: readonly Migration[]): Promise<void> {
  const applied = await database.withSystem('migrations.verify', (tx) =>
    tx.selectFrom('schema_migrations').select(['number', 'name', 'checksum']).execute(),
  );
  assertMigrated(migrations, applied);
}

function report(log: DatabaseLog, applied: string[]): void {
  if (applied.length > 0) log.info({ migrations: applied }, 'the database schema was brought up to date');
}
