// Keeps docs/architecture.md true. The table of what may import what is test/architecture/table.ts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Violation } from './architecture/rule.ts';
import { rules } from './architecture/rules.ts';
import { parseSource, readSourceFiles } from './architecture/source-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = readSourceFiles(root);

describe('what the rules look at', () => {
  it.each(['packages/contract/src/', 'packages/server/src/platform/', 'packages/server/src/modules/', 'scripts/'])(
    'includes files below %s',
    (folder) => {
      expect(files.filter((file) => file.path.startsWith(folder))).not.toHaveLength(0);
    },
  );

  it('is never nothing: a folder without TypeScript is an error', () => {
    const empty = mkdtempSync(join(tmpdir(), 'architecture-'));
    expect(() => readSourceFiles(empty)).toThrow('no TypeScript files');
    rmSync(empty, { recursive: true });
  });

  it('is never half a file: text that does not parse is an error', () => {
    expect(() => parseSource('packages/contract/src/planted.ts', 'import { from')).toThrow('planted.ts');
  });
});

describe.each(rules.map((rule) => [rule.title, rule] as const))('%s', (_title, rule) => {
  it('holds', () => {
    expect(rule.find(files).map(sentence)).toEqual([]);
  });

  it.each(Object.entries(rule.planted))('notices a planted violation: %s', (_what, texts) => {
    const planted = Object.entries(texts).map(([path, text]) => parseSource(path, text));
    const culprit = planted[0]?.path;
    expect(rule.find(planted).map((violation) => violation.file)).toContain(culprit);
  });
});

function sentence({ file, line, problem }: Violation): string {
  return `${file}:${line} ${problem}`;
}
