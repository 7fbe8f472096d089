import { expect, it } from 'vitest';
import { someHostLanguages } from '../../testing/host-languages.ts';
import { firstLocaleOf, hostLanguageOf } from './host-words.ts';

it.each<[unknown, string]>([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE-at-1996', 'de'],
  ['ar-EG', 'ar'],
  ['en-US', 'en'],
  ['nl-BE', 'en'],
  ['deu', 'en'],
  ['constructor', 'en'],
  ['', 'en'],
  [undefined, 'en'],
  [null, 'en'],
  [{ de: 'de' }, 'en'],
  [`${'x-'.repeat(1000)}de`, 'en'],
])('the language for the locale %j is %s', (locale, lang) => {
  expect(hostLanguageOf(someHostLanguages, locale).lang).toBe(lang);
});

it.each([
  ['de-DE,de;q=0.9,en;q=0.8', 'de-DE'],
  ['ar', 'ar'],
  [' fr ; q=0.5', 'fr'],
  ['*', '*'],
  ['', ''],
  [undefined, undefined],
])('the first locale of Accept-Language %j is %j', (header, locale) => {
  expect(firstLocaleOf(header)).toBe(locale);
});
