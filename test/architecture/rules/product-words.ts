import { isTest, layerOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import { productWordExceptions, productWords } from '../table.ts';

export const platformKnowsNoProduct: Rule = {
  title: 'platform has no word of the product in its code but the listed ones',
  find: (files) =>
    files
      .filter((file) => layerOf(file.path) === 'platform' && !isTest(file.path) && !file.path.endsWith('.gen.ts'))
      .flatMap((file) => {
        const allowed = exceptionsFor(file);
        return wordsOf(file)
          .filter(({ word }) => productWords.includes(word) && !allowed.includes(word))
          .map(({ word, line }) => ({ file: file.path, line, problem: `"${word}" is a word of the product` }));
      }),
  planted: {
    'an identifier': { 'packages/server/src/platform/planted.ts': 'export const surfaceLimit = 3;' },
    'a text': { 'packages/server/src/platform/planted.ts': "export const role = 'microapp_workspace';" },
    'a plural': { 'packages/server/src/platform/planted.ts': 'export function listTools() {}' },
    'a word that only another folder may use': {
      'packages/server/src/platform/http/planted.ts': 'export const quota = 3;',
    },
    "the file's name": { 'packages/server/src/platform/widget.ts': 'export const limit = 3;' },
  },
};

function exceptionsFor(file: SourceFile): readonly string[] {
  return productWordExceptions.filter((row) => file.path.startsWith(row.under)).flatMap((row) => row.words);
}

function wordsOf(file: SourceFile): { word: string; line: number }[] {
  const name = file.path.replace(/^.*\/platform\//, '');
  const lines = [name, ...file.code.split('\n')];
  return lines.flatMap((text, line) =>
    [...text.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)].map(([found]) => ({
      word: found.toLowerCase().replace(/s$/, ''),
      line: Math.max(line, 1),
    })),
  );
}
