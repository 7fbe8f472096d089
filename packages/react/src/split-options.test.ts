import { describe, expect, it } from 'vitest';
import type { MicroappOptions } from './options.ts';
import { splitOptions } from './split-options.ts';

const first: MicroappOptions = {
  baseUrl: 'https://apps.example',
  app: 'loan-calculator',
  getToken: async () => ({ ticket: 'first' }),
  locale: 'de',
  theme: { accent: '#123456' },
  onReady: () => {},
};

/** What a change of `first` means: a new widget, an update, or nothing. */
function meaningOf(change: Record<string, unknown>): string {
  const before = splitOptions(first);
  const after = splitOptions({ ...first, ...change });
  if (after.identity !== before.identity) return 'a new widget';
  return after.appearance === before.appearance ? 'nothing' : 'an update';
}

describe('options that change from one render to the next', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a function made anew', { onReady: () => {}, getToken: async () => ({ ticket: 'second' }) }],
    ['an object made anew', { theme: { accent: '#123456' } }],
    ['an option that is undefined', { currency: undefined, target: undefined }],
  ])('mean nothing: %s', (_, change) => {
    expect(meaningOf(change)).toBe('nothing');
  });

  it('mean nothing in another order', () => {
    const reversed = Object.fromEntries(Object.entries(first).toReversed()) as MicroappOptions; // the same entries
    expect(splitOptions(reversed)).toEqual(splitOptions(first));
  });

  it.each<[string, Record<string, unknown>]>([
    ['another language', { locale: 'fr' }],
    ['something within the theme', { theme: { accent: '#654321' } }],
    ['one more callback', { onRunSuccess: () => {} }],
  ])('update the widget: %s', (_, change) => {
    expect(meaningOf(change)).toBe('an update');
  });

  it.each<[string, Record<string, unknown>]>([
    ['another app', { app: 'shipping-quote' }],
    ['another installation', { baseUrl: 'https://other.example' }],
    ['another credential', { getToken: undefined, embedKey: 'wk_pub_1' }],
    ['another mode', { mode: 'inline' }],
    ['a setting that is taken back', { locale: undefined }],
    ["a theme that is to be the page's own", { theme: 'inherit' }],
    ['an option that nobody knows yet', { somethingNew: 1 }],
  ])('make it another widget: %s', (_, change) => {
    expect(meaningOf(change)).toBe('a new widget');
  });
});
