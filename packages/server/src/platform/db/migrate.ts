import type { Session } from './engine.ts';
import { SqlError } from './errors.ts';
import { MigrationError } from './migration-files.ts';
import type { Migration } from './migration-files.ts';

/** Any number will do, as long as every instance takes the same. */
const advisoryLockKey = 7_165_920_117;
const attemptsMax = 5;

/**
 * Brings the schema up to date and answers the names of the migrations that this call applied. Forward only, each in a
 * transaction of its own, recorded with its checksum in `schema_migrations`. `session` is the tables' owner. Instances that
 * start together take turns. Throws `MigrationError` when an applied migration has changed or been overtaken.
 */
export async function migrate(session: Session, migrations: readonly Migration[]): Promise<string[]> {
  await session.query('select pg_advisory_lock($1)', [advisoryLockKey]);
  try {
    await session.execute(
      `create table if not exists schema_migrations (
         number integer primary key,
         name text not null,
         checksum text not null,
         applied_at timestamptz not null default now()
       )`,
    );
    const pending = findPending(migrations, await readApplied(session));
    for (const migration of pending) await apply(session, migration);
    if (pending.length > 0) await session.execute(letServerRead);
    return pending.map(({ name }) => name);
  } finally {
    await session.query('select pg_advisory_unlock($1)', [advisoryLockKey]);
  }
}

/**
 * For a server that may not migrate: throws `MigrationError` unless every migration is applied, unchanged. Migrations of a
 * later release do not disturb: an instance of the previous one may run beside it.
 */
export function assertMigrated(migrations: readonly Migration[], applied: readonly AppliedMigration[]): void {
  const pending = findPending(migrations, applied);
  if (pending.length === 0) return;
  throw new MigrationError(
    `${pending.length} migrations are not applied, beginning with ${pending[0]?.name}. ` +
      "Start once with DATABASE_MIGRATION_URL set to the role that owns the tables; it must differ from DATABASE_URL's.",
  );
}

export type AppliedMigration = { number: number; name: string; checksum: string };

const letServerRead = `
  do $$
  begin
    if to_regrole('microapp_system') is not null then
      grant select on schema_migrations to microapp_system;
    end if;
  end
  $$`;

async function readApplied(session: Session): Promise<AppliedMigration[]> {
  const { rows } = await session.query('select number, name, checksum from schema_migrations', []);
  return rows.map(({ number, name, checksum }) => ({
    number: Number(number),
    name: String(name),
    checksum: String(checksum),
  }));
}

function findPending(migrations: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const appliedByNumber = new Map(applied.map((migration) => [migration.number, migration]));
  const lastApplied = Math.max(0, ...appliedByNumber.keys());
  return migrations.filter((migration) => {
    const known = appliedByNumber.get(migration.number);
    if (known !== undefined) {
      if (known.checksum === migration.checksum) return false;
      throw new MigrationError(`${migration.name} has changed since it was applied: add a new migration instead`);
    }
    if (migration.number > lastApplied) return true;
    throw new MigrationError(`${migration.name} was never applied, though later migrations were`);
  });
}

/**
 * Roles belong to the whole cluster and advisory locks to one database, so two databases of one cluster may change the
 * same role at the same moment. PostgreSQL makes one of them fail; a migration is a transaction and can be tried again.
 */
async function apply(session: Session, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await applyOnce(session, migration);
      return;
    } catch (error) {
      await session.execute('rollback');
      if (attempt < attemptsMax && isClusterRace(error)) continue;
      throw new MigrationError(`${migration.name} failed: ${String(error)}`, { cause: error });
    }
  }
}

async function applyOnce(session: Session, { number, name, sql, checksum }: Migration): Promise<void> {
  await session.execute('begin');
  await session.execute(sql);
  await session.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', [
    number,
    name,
    checksum,
  ]);
  await session.execute('commit');
}

function isClusterRace(error: unknown): boolean {
  if (!(error instanceof SqlError)) return false;
  return error.sqlState === 'XX000' ? /tuple concurrently/.test(error.message) : raceStates.has(error.sqlState);
}

/** Unique violation in a catalogue, role already there, serialization failure, deadlock. */
const raceStates: ReadonlySet<string> = new Set(['23505', '42710', '40001', '40P01']);
