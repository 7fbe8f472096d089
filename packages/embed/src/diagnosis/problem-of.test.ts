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
  [{ embedKey: ownerKey }, 'An owner key is in this page'],
  [{ embedKey: ` ${ownerKey}` }, 'An owner key is in this page'],
  [{ mtok: ownerKey, toolSlug: 'loan-calculator' }, 'An owner key is in this page'],
  [{ embedKey: 'mtok_abc123' }, 'embedKey is no client token'],
  [{ embedKey: 'wk_pub_abc"><script>' }, 'embedKey is no client token'],
  [{ mtok: 'wk_pub_abc123', toolSlug: 'loan-calculator' }, 'mtok is no embed token'],
  [{ mtok: 'mtok_abc123' }, 'toolSlug is missing'],
  [{}, 'There is no credential'],
])(
  '%o is refused, with a sentence that says what is wrong and what to use, and repeats no value (K23, M10)',
  (options, what) => {
    const { code, text = '', mend = '' } = problemOf(options) ?? {};
    expect(code).toBe('bad_options');
    expect(text).toContain(what);
    expect(mend).toContain('wk_pub_');
    expect(mend).toContain('Never an owner key.');
    expect(text + mend).not.toMatch(/abc/);
  },
);
