import { packageOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import type { Import } from '../source-file.ts';
import { packageEdges } from '../table.ts';

export const packagesImportDownwards: Rule = {
  title: 'a package imports only the packages in its row of the table',
  find: (files) =>
    files.flatMap((file) => {
      const own = packageOf(file.path);
      if (own === undefined) return [];
      const allowed = packageEdges[own] ?? [];
      return file.imports.flatMap((found) => {
        const other = packageNamed(found);
        if (other === undefined || other === own || allowed.includes(other)) return [];
        return [{ file: file.path, line: found.line, problem: `${own} may not import ${other}` }];
      });
    }),
  planted: {
    'contract imports the server': {
      'packages/contract/src/planted.ts': "import { buildApp } from '@microapp/server';",
    },
    'contract imports only a type of the server': {
      'packages/contract/src/planted.ts': "import type { Deps } from '@microapp/server';",
    },
    'the server imports the source of frames by path': {
      'packages/server/src/planted.ts': "export { draw } from '../../frames/src/draw.ts';",
    },
    'a package without a row imports the contract': {
      'packages/planted/src/index.ts': "const contract = await import('@microapp/contract');",
    },
    'a type is named in place': {
      'packages/contract/src/planted.ts': "export type App = import('@microapp/server').App;",
    },
  },
};

export const packagesUseTheDoor: Rule = {
  title: 'a package is imported by its name, not by a path into its folder',
  find: (files) =>
    files.flatMap((file) => {
      const own = packageOf(file.path);
      if (own === undefined) return [];
      return file.imports
        .filter((found) => /^@microapp\/[^/]+\/src\//.test(found.specifier) || leaves(own, found))
        .map((found) => ({ file: file.path, line: found.line, problem: `${found.specifier} reaches into a package` }));
    }),
  planted: {
    'a relative path leaves the package': {
      'packages/server/src/planted.ts': "import { errors } from '../../contract/src/errors.ts';",
    },
    'a path behind the name': {
      'packages/server/src/planted.ts': "import { errors } from '@microapp/contract/src/errors.ts';",
    },
  },
};

function leaves(own: string, found: Import): boolean {
  return found.specifier.startsWith('.') && packageOf(found.target) !== own;
}

function packageNamed(found: Import): string | undefined {
  return /^@microapp\/([^/]+)/.exec(found.specifier)?.[1] ?? packageOf(found.target);
}
