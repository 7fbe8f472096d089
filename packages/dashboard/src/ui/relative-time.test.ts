import { expect, it } from 'vitest';
import { relativeTime } from './relative-time.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

it.each([
  ['2026-11-21T11:59:30Z', 'just now'],
  ['2026-11-21T12:00:03Z', 'just now'],
  ['2026-11-21T12:00:30Z', 'in a moment'],
  ['2026-11-21T11:57:00Z', '3 minutes ago'],
  ['2026-11-21T10:30:00Z', '1 hour ago'],
  ['2026-11-20T11:00:00Z', 'yesterday'],
  ['2026-11-23T13:00:00Z', 'in 2 days'],
  ['2025-11-01T12:00:00Z', 'last year'],
])('%s is %s', (at, words) => {
  expect(relativeTime(at, now)).toBe(words);
});
