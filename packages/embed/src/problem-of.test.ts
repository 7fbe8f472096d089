import { expect, it } from 'vitest';
import { problemOf } from './problem-of.ts';

const ownerKey = 'mk_abcdefghijklmnopqrstuvwxyz';

it.each([
  { embedKey: 'wk_pub_abc123' },
  { mtok: 'mtok_abc123', toolSlug: 'loan-calculator' },
  { mtok: 'mtok_abc123', app: 'loan-calculator' },
  { getToken: async () => ({ ticket: 'mtkt_abc' }) },
])('%o is accepted', (options) => {
  expect(problemOf(options)).toBeUndefined();
});

it.each([
  { embedKey: ownerKey },
  { embedKey: ` ${ownerKey}` },
  { mtok: ownerKey, toolSlug: 'loan-calculator' },
  { embedKey: 'mtok_abc123' },
  { embedKey: 'wk_pub_abc"><script>' },
  { mtok: 'wk_pub_abc123', toolSlug: 'loan-calculator' },
  { mtok: 'mtok_abc123' },
  {},
])('%o is refused, with a sentence that says what to use and repeats no value (K23, M10)', (options) => {
  const problem = problemOf(options) ?? '';
  expect(problem).toContain('wk_pub_');
  expect(problem).toContain('owner key');
  expect(problem).not.toMatch(/abc/);
});
