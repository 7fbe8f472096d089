import { expect, it } from 'vitest';
import { isReply } from './tasks.ts';

it.each([
  { ok: true, text: '{"a":1}' },
  { ok: true, text: '', isSpent: true },
  { ok: false, reason: { kind: 'threw', detail: 'no' } },
  { ok: false, reason: { kind: 'aborted' }, isSpent: true },
])('a worker may say %j', (said) => {
  expect(isReply(said)).toBe(true);
});

// A worker may be in a stranger's hands: what is no reply must reach nobody who waits for one.
it.each([
  undefined,
  null,
  'ok',
  1,
  [],
  {},
  { ok: 'true', text: '1' },
  { ok: 1, text: '1' },
  { ok: true },
  { ok: true, text: null },
  { ok: true, text: { toString: '1' } },
  { ok: true, reason: { kind: 'threw' } },
  { ok: false },
  { ok: false, text: '1' },
  { ok: false, reason: null },
  { ok: false, reason: 'threw' },
  { ok: false, reason: {} },
  { ok: false, reason: { kind: 1 } },
])('a worker may not say %j', (said) => {
  expect(isReply(said)).toBe(false);
});
