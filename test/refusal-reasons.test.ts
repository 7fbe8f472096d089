import { globSync, readFileSync } from 'node:fs';
import { explanationOf } from '@microapp/contract';
import { describe, expect, it } from 'vitest';

// Reasons are written where requests are refused. A tool's own failures go to its runs, in the tool's own words.
const files = globSync('packages/server/src/{modules,platform/http}/**/*.ts').filter(
  (path) => !path.endsWith('.test.ts') && !path.includes('/modules/tools/'),
);

/** The beginnings of the texts behind `reason:`; what a template puts in the place of its first word is not known here. */
function reasonsIn(source: string): string[] {
  return [...source.matchAll(/\breason: ?([^\n]*?)(?:, (?:hint|message|headers|cause|issues)\b|\n)/g)].flatMap(
    ([, expression = '']) =>
      [...expression.matchAll(/(?<!\() ?['`]([a-z][^'`$]*)/g)].map(([, text = '']) => text.trim()),
  );
}

describe('the reasons of refusals', () => {
  const found = files.flatMap((file) => reasonsIn(readFileSync(file, 'utf8')).map((reason) => ({ file, reason })));

  it('are found in the source', () => {
    const reasons = found.map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['revoked', 'no_credential', 'wrong_class:', 'lacks', 'bug']));
    expect(reasons.length).toBeGreaterThan(40);
  });

  it('have an explanation for the owner, each of them', () => {
    const unexplained = found.filter(
      ({ reason }) => explanationOf(reason) === undefined && explanationOf(`${reason} x`) === undefined,
    );
    expect(unexplained).toEqual([]);
  });
});
