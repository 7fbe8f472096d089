import { matchesGlob } from 'node:path';
import { isTest } from '../place.ts';
import { staleRow, type Rule } from '../rule.ts';
import { pureFiles, purePackages } from '../table.ts';

export const pureFilesStayPure: Rule = {
  title: 'pure files import pure files only',
  find: (files) => [
    ...files
      .filter((file) => isPure(file.path))
      .flatMap((file) =>
        file.imports
          .filter((found) => !found.typeOnly && !isPure(found.target) && !purePackages.includes(found.specifier))
          .map((found) => ({ file: file.path, line: found.line, problem: `${found.specifier} is not pure` })),
      ),
    ...pureFiles
      .filter((pattern) => !files.some((file) => matchesGlob(file.path, pattern)))
      .map((pattern) => staleRow(`${pattern} matches no file`)),
  ],
  planted: {
    'a pure file reads files': {
      'packages/contract/src/planted.ts': "import { readFileSync } from 'node:fs';",
    },
    'a pure file calls the server framework': {
      'packages/contract/src/planted.ts': "import fastify from 'fastify';",
    },
  },
};

function isPure(path: string): boolean {
  return !isTest(path) && pureFiles.some((pattern) => matchesGlob(path, pattern));
}
