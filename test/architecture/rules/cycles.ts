import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';

export const importsHaveNoCycles: Rule = {
  title: 'no file imports itself through others, not even for a type',
  find: (files) => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const done = new Set<string>();
    return files.flatMap((file) => cyclesFrom(file, [], done, byPath)).map(describeCycle);
  },
  planted: {
    'two files': {
      'packages/contract/src/a.ts': "import { b } from './b.ts'; export const a = 1;",
      'packages/contract/src/b.ts': "import { a } from './a.ts'; export const b = 1;",
    },
    'three files, one edge a type': {
      'packages/contract/src/a.ts': "import type { B } from './b.ts'; export type A = B;",
      'packages/contract/src/b.ts': "export type { C as B } from './c.ts';",
      'packages/contract/src/c.ts': "import { a } from './a.ts'; export type C = typeof a;",
    },
  },
};

/** Depth first; a file whose imports have all been followed is never entered again. */
function cyclesFrom(
  file: SourceFile,
  trail: readonly string[],
  done: Set<string>,
  byPath: ReadonlyMap<string, SourceFile>,
): string[][] {
  const start = trail.indexOf(file.path);
  if (start !== -1) return [[...trail.slice(start), file.path]];
  if (done.has(file.path)) return [];

  const next = file.imports.map((found) => byPath.get(found.target)).filter((found) => found !== undefined);
  const cycles = next.flatMap((found) => cyclesFrom(found, [...trail, file.path], done, byPath));
  done.add(file.path);
  return cycles;
}

function describeCycle(cycle: readonly string[]) {
  return { file: cycle[0] ?? '', line: 1, problem: `cycle: ${cycle.join(' → ')}` };
}
