import { expect, test } from 'vitest';
import { mergedConfig, parseConfig, surfaceConfig } from './frame-config.ts';

test('a config is taken over field by field', () => {
  const config = {
    locale: 'de',
    currency: 'EUR',
    timeZone: 'UTC',
    colorScheme: 'dark',
    theme: { accent: '#000' },
    texts: {},
    context: { plan: 'pro' },
    prefill: { years: 5 },
  };
  expect(parseConfig({ ...config, more: 1 })).toEqual(config);
});

test.each([
  null,
  'de',
  ['de'],
  { locale: 5, currency: null, timeZone: {}, colorScheme: 'pink', theme: 'red', texts: ['a'] },
  { context: ['a'], prefill: 'years' },
  { context: { a: 'x'.repeat(9000) }, prefill: { b: 'x'.repeat(9000) } },
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

test('a surface may say in which language it speaks, and a page says it before a surface', () => {
  const surface = surfaceConfig({ theme: {}, texts: { locale: 'fr', run: 'Calculer' } });
  expect(surface).toEqual({ theme: {}, texts: { run: 'Calculer' }, locale: 'fr' });
  expect(surfaceConfig({ theme: {}, texts: {} })).toEqual({ theme: {}, texts: {} });
  expect(mergedConfig(surface, { locale: 'es' }).locale).toBe('es');
});
