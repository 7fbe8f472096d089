import { expect, it } from 'vitest';
import { localPath } from './local-path.ts';

it.each(['/', '/customers', '/customers/ws_1/embed-tokens?status=active'])('%s is kept', (path) => {
  expect(localPath(path)).toBe(path);
});

it.each([
  null,
  '',
  'customers',
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/\t/evil.example',
])('%s leads to the overview', (path) => {
  expect(localPath(path)).toBe('/');
});
