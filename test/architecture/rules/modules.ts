import { isTest, isTesting, layerOf, moduleOf, nameInModule } from '../place.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import { moduleRows } from '../table.ts';

const doorLinesMax = 10;

export const modulesHaveDoors: Rule = {
  title: `every module is in the table and has an index.ts of at most ${doorLinesMax} lines`,
  find: (files) => {
    const modules = new Set(files.map((file) => moduleOf(file.path)).filter((name) => name !== undefined));
    return [...modules].flatMap((name) => {
      const path = `packages/server/src/modules/${name}/index.ts`;
      const door = files.find((file) => file.path === path);
      const anyFile = files.find((file) => moduleOf(file.path) === name)?.path ?? path;
      if (rowOf(name) === undefined) return [{ file: anyFile, line: 1, problem: `${name} has no row in the table` }];
      if (door === undefined) return [{ file: anyFile, line: 1, problem: `${name} has no index.ts` }];
      const lines = door.code.split('\n').filter((line) => line.trim() !== '').length;
      if (lines > doorLinesMax) return [{ file: path, line: doorLinesMax + 1, problem: `${lines} lines are too many` }];
      return [];
    });
  },
  planted: {
    'no door': {
      'packages/server/src/modules/tools/list.ts': 'export const nothing = 0;',
    },
    'no row': { 'packages/server/src/modules/planted/index.ts': 'export const nothing = 0;' },
    'a door with rooms behind it': {
      'packages/server/src/modules/tools/index.ts': 'export {};\n'.repeat(doorLinesMax + 1),
    },
  },
};

export const modulesUseDoors: Rule = {
  title: 'a module is imported through its index.ts only',
  find: (files) =>
    files
      .filter((file) => layerOf(file.path) !== undefined && !isTest(file.path) && !isTesting(file.path))
      .flatMap((file) =>
        file.imports.flatMap((found) => {
          const other = moduleOf(found.target);
          if (other === undefined || other === moduleOf(file.path)) return [];
          if (nameInModule(found.target) === 'index.ts') return [];
          return [{ file: file.path, line: found.line, problem: `goes around the door of ${other}` }];
        }),
      ),
  planted: {
    "another module's store": {
      'packages/server/src/modules/tools/planted.ts': "import { findWorkspace } from '../workspaces/store.ts';",
    },
    'the application': {
      'packages/server/src/app.ts': "import { toolRoutes } from './modules/tools/routes.ts';",
    },
  },
};

export const modulesImportDownwards: Rule = {
  title: 'a module imports only modules of lower rows',
  find: (files) =>
    files
      .filter((file) => !isTest(file.path))
      .flatMap((file) => {
        const own = moduleOf(file.path);
        const ownRow = own === undefined ? undefined : rowOf(own);
        if (ownRow === undefined) return [];
        return file.imports.flatMap((found) => {
          const other = moduleOf(found.target);
          if (other === undefined || other === own) return [];
          const row = rowOf(other);
          if (row !== undefined && row > ownRow) return [];
          return [{ file: file.path, line: found.line, problem: `${own} is not above ${other} in the table` }];
        });
      }),
  planted: {
    upwards: {
      'packages/server/src/modules/usage/planted.ts': "import { runTool } from '../tools/index.ts';",
    },
    'upwards, a type': {
      'packages/server/src/modules/usage/planted.ts': "import type { Tool } from '../tools/index.ts';",
    },
    sideways: {
      'packages/server/src/modules/usage/planted.ts': "import { recordChange } from '../audit/index.ts';",
    },
  },
};

/** Files of a module from top to bottom; a file imports its own rank and below. */
const ranks: Readonly<Record<string, number>> = { 'index.ts': 0, 'routes.ts': 1, 'store.ts': 3 };
const operationRank = 2;

/** A route may show what the store holds without an operation in between; a change needs its own file and name. */
const storeReads = /^(find|select|read|count)[A-Z]/;

export const modulesHaveOneShape: Rule = {
  title: 'inside a module, routes import operations and operations the store, never the other way; routes only read it',
  find: (files) =>
    files.filter((file) => moduleOf(file.path) !== undefined && !isTest(file.path)).flatMap(shapeViolations),
  planted: {
    'the store imports an operation': {
      'packages/server/src/modules/tools/store.ts': "import { listTools } from './list.ts';",
    },
    'an operation imports the routes': {
      'packages/server/src/modules/tools/list.ts': "import { toolRoutes } from './routes.ts';",
    },
    'an operation imports its own door': {
      'packages/server/src/modules/tools/list.ts': "import { runTool } from './index.ts';",
    },
    'the routes write': {
      'packages/server/src/modules/tools/routes.ts': "import { findTool, insertTool } from './store.ts';",
    },
    'the routes take the whole store': {
      'packages/server/src/modules/tools/routes.ts': "import * as store from './store.ts';",
    },
  },
};

function shapeViolations(file: SourceFile) {
  const own = rankOf(file.path);
  return file.imports.flatMap((found) => {
    if (moduleOf(found.target) !== moduleOf(file.path)) return [];
    const other = rankOf(found.target);
    const writes = found.values.some((name) => !storeReads.test(name));
    if (other >= own && !(own === ranks['routes.ts'] && other === ranks['store.ts'] && writes)) return [];
    const problem = `${nameInModule(file.path)} may not import ${nameInModule(found.target)}`;
    return [{ file: file.path, line: found.line, problem }];
  });
}

function rankOf(path: string): number {
  return ranks[nameInModule(path)] ?? operationRank;
}

function rowOf(name: string): number | undefined {
  const row = moduleRows.findIndex((names) => names.includes(name));
  return row === -1 ? undefined : row;
}
