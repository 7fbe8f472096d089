import { expect, it } from 'vitest';
import { parseReturnPath } from './return-path.ts';

it.each(['/', '/customers', '/customers/ws_1?tab=surfaces#top', '/logs?from=2026-01-01T00:00:00Z'])(
  'the path %s is gone back to',
  (path) => expect(parseReturnPath(path)).toBe(path),
);

it.each([
  '',
  'customers',
  '//evil.example',
  '//evil.example/customers',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\\\\evil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  ' /customers',
  '/customers\r\nset-cookie: a=b',
  `/${'x'.repeat(1000)}`,
])('%j leads elsewhere, and is not', (text) => expect(parseReturnPath(text)).toBeUndefined());
