import { expect, it } from 'vitest';
import { diffOfSpecs, linesOfSpec } from './spec-diff.ts';

const before = { steps: [{ kind: 'transform', name: 'sum', expression: '(\n  $a := 1;\n  $a + 1\n)' }] };
const after = { steps: [{ kind: 'transform', name: 'sum', expression: '(\n  $a := 2;\n  $a + 1\n)' }] };

it('one changed line of code is one line of the difference', () => {
  const changed = diffOfSpecs(before, after).filter(({ kind }) => kind === 'added' || kind === 'removed');
  expect(changed).toEqual([
    { kind: 'removed', text: expect.stringMatching(/\| {3}\$a := 1;$/) },
    { kind: 'added', text: expect.stringMatching(/\| {3}\$a := 2;$/) },
  ]);
});

it('equal specs have no difference', () => {
  expect(diffOfSpecs(before, structuredClone(before))).toEqual([]);
});

it('what stands far from a change is left out, and says so', () => {
  const long = (last: number) => ({ list: Array.from({ length: 40 }, (_, index) => (index === 39 ? last : index)) });
  const lines = diffOfSpecs(long(1), long(2));
  expect(lines[0]).toEqual({ kind: 'gap', text: '…' });
  expect(lines.length).toBeLessThan(12);
});

it('texts without line breaks stay as JSON prints them', () => {
  expect(linesOfSpec({ a: 'b', c: ['d\\n'] })).toBe(`${JSON.stringify({ a: 'b', c: ['d\\n'] }, null, 2)}\n`);
});
