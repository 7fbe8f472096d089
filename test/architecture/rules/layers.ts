import { isTest, layerOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { serverLayers } from '../table.ts';

export const layersImportDownwards: Rule = {
  title: 'inside the server, main imports app, app imports modules, modules import platform, never the other way',
  find: (files) =>
    files.flatMap((file) => {
      const own = layerOf(file.path);
      if (own === undefined || isTest(file.path)) return [];
      const allowed = serverLayers[own];
      if (allowed === undefined) return [{ file: file.path, line: 1, problem: `${own} is not a layer of the table` }];
      return file.imports.flatMap((found) => {
        const other = layerOf(found.target);
        if (other === undefined || other === own || allowed.includes(other)) return [];
        // That only tests import testing/ is a rule of its own, with a clearer sentence.
        if (other === 'testing') return [];
        return [{ file: file.path, line: found.line, problem: `${own} may not import ${other}` }];
      });
    }),
  planted: {
    'platform imports a module': {
      'packages/server/src/platform/planted.ts': "import { tools } from '../modules/tools/index.ts';",
    },
    'a module imports the application': {
      'packages/server/src/modules/tools/planted.ts': "import type { App } from '../../app.ts';",
    },
    'a file beside app.ts that is no layer': {
      'packages/server/src/planted.ts': 'export const nothing = 0;',
    },
  },
};
