import { expect, it } from 'vitest';
import { issuesOfStorage } from './storable.ts';

function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels));
}

it.each([
  ['text of every language', 'Grüße, 世界, 👋🏽'],
  ['control characters', 'a\tb\nc\u0001'],
  ['a whole pair of surrogates', '\ud83d\udc4b'],
  ['numbers, truth values and null', { a: [1, true, null, undefined] }],
  ['a hundred levels', nested(100)],
])('%s can be stored', (_, value) => {
  expect(issuesOfStorage(value)).toEqual([]);
});

it.each([
  ['a NUL character', 'a\0', ''],
  ['half of a pair', 'a\ud83d', ''],
  ['the other half', '\udc4b', ''],
  ['a NUL character inside', { a: [{ b: 'x' }, { b: '\0' }] }, 'a.1.b'],
  ['a NUL character in a key', { a: { 'b\0': 1 } }, 'a'],
  ['more levels than anybody means', nested(5000), '0.0.0'],
])('%s cannot, and its place is named', (_, value, path) => {
  expect(issuesOfStorage(value)).toEqual([{ path, message: expect.any(String) }]);
});

it('every value that cannot be stored is named', () => {
  expect(issuesOfStorage({ a: '\0', b: 'fine', c: ['\0'] }).map(({ path }) => path)).toEqual(['a', 'c.0']);
});
