import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { firstLocaleOf, hostLanguageOf, hostLanguages } from './host-words.ts';

/** Where each language of the frames is one file. */
const frames = fileURLToPath(new URL('../../../../frames/src/ui/texts/languages/', import.meta.url));

it('the host page has its words in every language of the frames, and in English', () => {
  const spoken = globSync('*.ts', { cwd: frames }).map((file) => basename(file, '.ts'));
  expect(spoken.length).toBeGreaterThan(2);
  expect(Object.keys(hostLanguages).toSorted()).toEqual([...spoken, 'en'].toSorted());
});

it.each(Object.entries(hostLanguages))('the words in %s are there, and none is left in English', (tag, { words }) => {
  for (const word of Object.values(words)) expect(word.trim().length).toBeGreaterThan(1);
  const same = Object.values(words).filter((word) => Object.values(hostLanguages['en']?.words ?? {}).includes(word));
  expect(same).toHaveLength(tag === 'en' ? 4 : 0);
});

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
  expect(hostLanguageOf(locale).lang).toBe(lang);
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
