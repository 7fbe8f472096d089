import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { migrate } from '../platform/db/migrate.ts';
import { migrationsFolder, readMigrations } from '../platform/db/migration-files.ts';
import type { Migration } from '../platform/db/migration-files.ts';
import { openPglite } from '../platform/db/pglite.ts';
import { withPostgresConnection } from '../platform/db/postgres.ts';
import { postgresUrl } from './postgres.ts';

/**
 * Databases to begin a test with, made once: on PostgreSQL template databases, on PGlite dumped data folders (an initdb in
 * WebAssembly takes seconds, a restore less than one). `empty` has no tables, `migrated` has the product's.
 */
export type TemplateName = 'empty' | 'migrated';

export const templateDatabases: Readonly<Record<TemplateName, string>> = {
  empty: 'template0',
  migrated: 'microapp_template',
};

/** The roles of the tests' cluster: `postgres` sees all, `microapp_migrator` owns the tables, `microapp_server` serves. */
export const superuser = 'postgres';
export const tablesOwner = 'microapp_migrator';
export const serverRole = 'microapp_server';

/** Makes the roles and the template database of a fresh cluster. */
export async function preparePostgres(socketFolder: string): Promise<void> {
  const asSuperuser = postgresUrl(socketFolder, { role: superuser, database: 'postgres' });
  await withPostgresConnection(asSuperuser, async (session) => {
    await session.execute(`create role ${tablesOwner} login createrole`);
    await session.execute(`create role ${serverRole} login noinherit`);
    await session.execute(`create database ${templateDatabases.migrated} template template0 owner ${tablesOwner}`);
  });
  const migrations = await readMigrations(migrationsFolder);
  const asOwner = postgresUrl(socketFolder, { role: tablesOwner, database: templateDatabases.migrated });
  await withPostgresConnection(asOwner, (session) => migrate(session, migrations));
  await withPostgresConnection(asSuperuser, (session) =>
    session.execute(`grant microapp_workspace, microapp_owner, microapp_system to ${serverRole}`),
  );
}

const cacheFolder = fileURLToPath(new URL('../../../../node_modules/.cache/microapp', import.meta.url));

/**
 * Takes from a new PGlite what a test pays for each time it opens an image, half of the whole: two databases to copy others
 * from, which are half of the files, and 128 MB to be cleared for a database of a few.
 */
const slimming = [
  'update pg_database set datistemplate = false',
  'drop database template0',
  'drop database template1',
  `alter system set shared_buffers = '16MB'`,
  'checkpoint',
];

/** Makes the images of PGlite that are not in the cache yet, drops those of other versions, and answers the files. */
export async function preparePglite(): Promise<Record<TemplateName, string>> {
  const migrations = await readMigrations(migrationsFolder);
  const version = await versionOf(migrations);
  const files = {
    empty: join(cacheFolder, `pglite-${version}-empty.tar`),
    migrated: join(cacheFolder, `pglite-${version}-migrated.tar`),
  };
  await mkdir(cacheFolder, { recursive: true });
  if (!(await exists(files.empty)) || !(await exists(files.migrated))) await makeImages(files, migrations);
  await dropOthers(Object.values(files));
  return files;
}

async function makeImages(files: Record<TemplateName, string>, migrations: readonly Migration[]): Promise<void> {
  const engine = await openPglite({});
  try {
    // One by one: several statements of one message are a transaction, in which no database can be dropped.
    for (const statement of slimming) await engine.asSuperuser((session) => session.execute(statement));
    await writeWhole(files.empty, await engine.dump());
    await engine.asSuperuser((session) => migrate(session, migrations));
    await writeWhole(files.migrated, await engine.dump());
  } finally {
    await engine.close();
  }
}

/** Another run may read the file: it appears complete or not at all. */
async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, file);
}

async function versionOf(migrations: readonly Migration[]): Promise<string> {
  const packageFile = new URL(
    '../package.json',
    `file://${createRequire(import.meta.url).resolve('@electric-sql/pglite')}`,
  );
  const hash = createHash('sha256').update(await readFile(packageFile));
  for (const part of [...slimming, ...migrations.map(({ checksum }) => checksum)]) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}

async function dropOthers(kept: readonly string[]): Promise<void> {
  const files = (await readdir(cacheFolder)).map((name) => join(cacheFolder, name));
  const stale = files.filter((file) => file.endsWith('.tar') && !kept.includes(file));
  await Promise.all(stale.map((file) => rm(file, { force: true })));
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
