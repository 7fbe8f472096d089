import { isTest, isTesting } from '../place.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import { serverOnlyFiles } from '../table.ts';

export const onlyTestsImportTesting: Rule = {
  title: 'only tests and the bench import testing/',
  find: (files) =>
    files
      .filter((file) => !isTest(file.path) && !isTesting(file.path) && !file.path.startsWith('bench/'))
      .flatMap((file) =>
        file.imports
          .filter((found) => isTesting(found.target))
          .map((found) => ({ file: file.path, line: found.line, problem: `imports ${found.target}` })),
      ),
  planted: {
    'the application uses a fake': {
      'packages/server/src/app.ts': "import { fakeClock } from './testing/fake-clock.ts';",
    },
  },
};

const plantedDatabase = 'packages/server/src/platform/db/pglite.ts';

export const unitTestsReachNoDatabase: Rule = {
  title: 'a test that is not named *.db.test.ts or *.http.test.ts reaches no database and no server',
  find: (files) => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    return files.filter(isUnitTest).flatMap((file) => {
      const reached = serverOnlyFiles.find((path) => reaches(file, path, byPath));
      return reached === undefined ? [] : [{ file: file.path, line: 1, problem: `reaches ${reached}` }];
    });
  },
  planted: {
    directly: {
      'packages/server/src/modules/tools/planted.test.ts': "import { openPglite } from '../../platform/db/pglite.ts';",
      [plantedDatabase]: '',
    },
    'through another file': {
      'packages/server/src/modules/tools/planted.test.ts': "import { harness } from '../../testing/harness.ts';",
      'packages/server/src/testing/harness.ts': "import { openPglite } from '../platform/db/pglite.ts';",
      [plantedDatabase]: '',
    },
  },
};

function isUnitTest(file: SourceFile): boolean {
  const servers = ['packages/server/src/platform/db/', 'test/e2e/', 'test/multi-process/'];
  if (servers.some((folder) => file.path.startsWith(folder)) || isTesting(file.path)) return false;
  return isTest(file.path) && !/\.(db|http|fuzz)\.test\.tsx?$/.test(file.path);
}

function reaches(
  from: SourceFile,
  wanted: string,
  byPath: ReadonlyMap<string, SourceFile>,
  seen = new Set<string>(),
): boolean {
  return from.imports.some((found) => {
    if (found.typeOnly || seen.has(found.target)) return false;
    if (found.target === wanted) return true;
    seen.add(found.target);
    const next = byPath.get(found.target);
    return next !== undefined && reaches(next, wanted, byPath, seen);
  });
}
