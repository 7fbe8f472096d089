import type { Rule } from '../rule.ts';
import { emptyNames } from '../table.ts';

export const namesSaySomething: Rule = {
  title: 'files and folders have kebab-case names that say something',
  find: (files) =>
    files.flatMap(({ path }) => {
      const parts = path.replace(/(\.(test|db|http|fuzz|gen|d))*\.tsx?$/, '').split('/');
      return parts
        .filter((part) => emptyNames.includes(part) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part))
        .map((part) => ({ file: path, line: 1, problem: `"${part}" is not a name of ours` }));
    }),
  planted: {
    'a name that says nothing': { 'packages/server/src/platform/utils.ts': '' },
    'a folder that says nothing': { 'packages/server/src/modules/tools/helpers/round.ts': '' },
    'camel case': { 'packages/server/src/modules/tools/normalizedFields.ts': '' },
  },
};
