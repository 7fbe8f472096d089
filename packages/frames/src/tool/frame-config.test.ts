import { expect, test } from 'vitest';
import { mergedConfig, parseConfig } from './frame-config.ts';

test('a config is taken over field by field', () => {
  const config = {
    locale: 'de',
    currency: 'EUR',
    timeZone: 'UTC',
    colorScheme: 'dark',
    theme: { accent: '#000' },
    texts: {},
  };
  expect(parseConfig({ ...config, more: 1 })).toEqual(config);
});

test.each([
  null,
  'de',
  ['de'],
  { locale: 5, currency: null, timeZone: {}, colorScheme: 'pink', theme: 'red', texts: ['a'] },
])('%j breaks nothing', (config) => {
  expect(parseConfig(config)).toEqual({});
});

test('a token or text that is no text is left out', () => {
  expect(parseConfig({ theme: { accent: 5, bg: '#fff' }, texts: { run: null } })).toEqual({
    theme: { bg: '#fff' },
    texts: {},
  });
});

test('what is said now replaces single tokens, not the whole theme', () => {
  const before = { locale: 'de', theme: { accent: '#000', bg: '#fff' } };
  expect(mergedConfig(before, { theme: { bg: '#eee' } })).toMatchObject({
    locale: 'de',
    theme: { accent: '#000', bg: '#eee' },
  });
});
