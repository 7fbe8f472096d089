import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { jsonataFunctionNames } from './jsonata-functions.ts';

test('every function that JSONata shares between expressions is in our list', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
  const bound = new Set([...source.matchAll(/staticFrame\.bind\('(\w+)'/g)].map(([, name]) => name));
  expect(bound.size).toBeGreaterThan(50);
  expect(bound).toEqual(new Set(jsonataFunctionNames));
});
