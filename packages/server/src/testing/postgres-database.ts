import { randomUUID } from 'node:crypto';

import { withPostgresConnection } from '../platform/db/postgres.ts';
import { preparePostgres, serverRole, superuser, tablesOwner, templateDatabases } from './database-templates.ts';
import type { TemplateName } from './database-templates.ts';
import { postgresUrl, startPostgres } from './postgres.ts';

export type PostgresUrls = { url: string; migrationUrl: string; superuserUrl: string };

export type PostgresDatabase = { postgres: PostgresUrls; drop: () => Promise<void> };

/** A database of its own in the cluster whose socket lies in that folder, copied from a template. */
export async function createDatabaseIn(socketFolder: string, template: TemplateName): Promise<PostgresDatabase> {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const urlFor = (role: string, name: string): string => postgresUrl(socketFolder, { role, database: name });
  const asSuperuser = (sql: string): Promise<void> =>
    withPostgresConnection(urlFor(superuser, 'postgres'), (session) => session.execute(sql));
  await asSuperuser(`create database ${database} template ${templateDatabases[template]} owner ${tablesOwner}`);
  return {
    postgres: {
      url: urlFor(serverRole, database),
      migrationUrl: urlFor(tablesOwner, database),
      superuserUrl: urlFor(superuser, database),
    },
    drop: () => asSuperuser(`drop database ${database} with (force)`),
  };
}

/** A cluster of its own with one migrated database, for programs that are no tests. `drop` stops the cluster. */
export async function startDatabase(): Promise<PostgresDatabase> {
  const cluster = await startPostgres();
  try {
    await preparePostgres(cluster.socketFolder);
    const { postgres } = await createDatabaseIn(cluster.socketFolder, 'migrated');
    return { postgres, drop: () => cluster.stop() };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
