import { matchesGlob } from 'node:path';
import { isProduct, isTest, packageOf } from '../place.ts';
import { staleRow, type Rule } from '../rule.ts';
import { queryFiles, queryPackages, systemCallers } from '../table.ts';

const builderCalls = /\.(selectFrom|selectNoFrom|insertInto|updateTable|deleteFrom|mergeInto|executeQuery)$/;

export const queriesStayInStores: Rule = {
  title: 'queries are built and drivers are imported in store.ts files and platform/db only',
  find: (files) =>
    files
      .filter((file) => isProduct(file.path) && !queryFiles.some((pattern) => matchesGlob(file.path, pattern)))
      .flatMap((file) => [
        ...file.imports
          .filter((found) => queryPackages.some((name) => isOrIsBelow(found.specifier, name)))
          .map((found) => ({ file: file.path, line: found.line, problem: `imports ${found.specifier}` })),
        ...file.mentions
          .filter((mention) => builderCalls.test(mention.name))
          .map((mention) => ({ file: file.path, line: mention.line, problem: `builds a query: ${mention.name}` })),
      ]),
  planted: {
    'an operation imports the query builder': {
      'packages/server/src/modules/tools/list.ts': "import { sql } from 'kysely';",
    },
    'an operation takes a type of the query builder': {
      'packages/server/src/modules/tools/list.ts': "import type { Kysely } from 'kysely';",
    },
    'the routes build a query from the handle they hold': {
      'packages/server/src/modules/tools/routes.ts': "export const all = (tx) => tx.selectFrom('apps').selectAll();",
    },
    'the application opens a connection': {
      'packages/server/src/app.ts': "import { Pool } from 'pg';",
    },
  },
};

const callerPath = 'packages/server/src/modules/planted/look-up.ts';

export const systemCallersAreListed: Rule = {
  title: 'withSystem, which sees every tenant, is called by the listed files only, each with its reason',
  find: (files) => {
    const calls = files
      .filter((file) => isProduct(file.path) && packageOf(file.path) === 'server')
      .filter((file) => !file.path.startsWith('packages/server/src/platform/db/') && !isTest(file.path))
      .flatMap((file) =>
        file.mentions
          .filter((mention) => /(^|\.)withSystem$/.test(mention.name))
          .map((mention) => ({ file: file.path, line: mention.line })),
      );
    const callers = new Set(calls.map((call) => call.file));
    const unlisted = calls.filter((call) => (systemCallers[call.file] ?? '') === '');
    const stale = Object.keys(systemCallers).filter((path) => !callers.has(path));
    return [
      ...unlisted.map((call) => ({ ...call, problem: 'calls withSystem without a reason in the table' })),
      ...stale.map((path) => staleRow(`${path} does not call withSystem any more`)),
    ];
  },
  planted: {
    'a call': { [callerPath]: "export const all = (db) => db.withSystem('planted', async (tx) => tx);" },
    'an alias': { [callerPath]: 'export const all = ({ db }) => { const { withSystem } = db; return withSystem; };' },
    'under a text name': { [callerPath]: "export const all = (db) => db['withSystem'];" },
  },
};

function isOrIsBelow(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}
