import { credentialChecksum } from '@microapp/contract/credential-checksum';
import { expect, it } from 'vitest';
import type { MountOptions } from '../options.ts';
import { problemOf } from './problem-of.ts';

const ownerKey = 'mk_abcdefghijklmnopqrstuvwxyz';
const embedKey = withChecksum(`wk_pub_${'a1B2'.repeat(8)}`);
const mtok = withChecksum(`mtok_${'c3D4'.repeat(8)}`);

function withChecksum(text: string): string {
  return text + credentialChecksum(text);
}

it.each<MountOptions>([
  { embedKey },
  { mtok, toolSlug: 'loan-calculator' },
  { mtok, app: 'loan-calculator', context: { page: 1 }, prefill: { list: [] }, theme: 'inherit' },
  { getToken: async () => ({ ticket: 'mtkt_abc' }), mode: 'floating' },
])('%o is accepted', (options) => {
  expect(problemOf(options)).toBeUndefined();
});

it.each<[string, MountOptions]>([
  ['embedKey', { embedKey }],
  ['mtok', { mtok, toolSlug: 'loan-calculator' }],
])(
  '%s with any one character changed, left out or added is said to be mistyped, and not repeated (K74)',
  (name, good) => {
    const token = good.embedKey ?? good.mtok ?? '';
    const change = (at: number) => token.slice(0, at) + (token[at] === 'x' ? 'y' : 'x') + token.slice(at + 1);
    const places = Array.from(token.slice(8), (_, index) => index + 8);
    const wrong = [...places.map(change), ...places.map((at) => token.slice(0, at)), `${token}x`];
    for (const one of wrong) {
      const { code, text = '', mend = '' } = problemOf({ ...good, [name]: one }) ?? {};
      expect([one, code]).toEqual([one, 'invalid_token']);
      expect(text).toContain(`${name} is mistyped or cut off`);
      expect(text + mend).not.toContain(one);
    }
  },
);

const circle: Record<string, unknown> = {};
circle['again'] = circle;

it.each<[string, MountOptions]>([
  ['a function', { context: { total: () => 1 } }],
  ['what contains itself', { context: circle }],
  ['a number that JSON has no word for', { prefill: { amount: 1n } }],
  ['more than a message takes', { context: { text: 'x'.repeat(70_000) } }],
])(
  '%s in what the frame is to be told is refused: the browser would not pass it on, or the frame not look at it',
  (_, said) => {
    expect(problemOf({ embedKey, ...said })).toMatchObject({
      code: 'bad_options',
      text: expect.stringContaining('do not fit into a message'),
    });
  },
);

it('a mode that there is not is named', () => {
  const options = JSON.parse(`{ "embedKey": "${embedKey}", "mode": "Inline" }`) as MountOptions;
  expect(problemOf(options)).toMatchObject({ code: 'bad_options', mend: 'Use floating, modal or inline.' });
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
