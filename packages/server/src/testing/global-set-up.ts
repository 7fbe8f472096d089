import type { TestProject } from 'vitest/node';

import { preparePglite, preparePostgres } from './database-templates.ts';
import type { TemplateName } from './database-templates.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest is told of provided values by merging this interface
  export interface ProvidedContext {
    postgresSocketFolder: string;
    pgliteImages: Record<TemplateName, string>;
  }
}

/** One PostgreSQL server for the whole run, and databases to copy, so that a test's own database is there in no time. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startPostgres();
  try {
    await preparePostgres(cluster.socketFolder);
    project.provide('postgresSocketFolder', cluster.socketFolder);
    project.provide('pgliteImages', await preparePglite());
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return () => cluster.stop();
}
