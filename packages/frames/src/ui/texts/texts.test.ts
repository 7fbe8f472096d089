import { describe, expect, test } from 'vitest';
import { wholeEnglish } from '../../testing/english.ts';
import { en } from './en.ts';
import { languages, languageTagOf } from './languages.ts';
import { textsWith, type Language, type Plural, type TextKey, type Texts } from './texts.ts';

const arrived = Object.entries(languages).map(async ([tag, load]) => [tag, await load()] as const);
const all: Record<string, Texts> = { en, ...Object.fromEntries(await Promise.all(arrived)) };
const spokenIn = (locale: string): Language => ({ locale, texts: all[languageTagOf(locale) ?? 'en'] ?? {} });
const keys = Object.keys(en) as TextKey[]; // of an object literal of ours
const formsOf = (text: string | Plural): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe.each(Object.entries(all))('the texts in %s', (locale, texts) => {
  test('have a form for each way in which the language counts', () => {
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
    const counted = keys.map((key) => texts[key]).filter((text) => typeof text !== 'string');
    expect(counted.length).toBeGreaterThan(5);
    for (const forms of counted) expect(Object.keys(forms).toSorted()).toEqual(categories);
  });

  test('name no value that English does not name, and leave none out but a number said in words', () => {
    for (const key of keys) {
      const expected = placeholders(formsOf(en[key]).at(-1) ?? '');
      const forms = formsOf(texts[key]);
      expect({ key, named: placeholders(forms.at(-1) ?? '') }).toEqual({ key, named: expected });
      for (const form of forms) expect(expected).toEqual(expect.arrayContaining(placeholders(form)));
    }
  });

  test('are there, every one', () => {
    for (const key of keys) for (const form of formsOf(texts[key])) expect(form.trim().length).toBeGreaterThan(1);
  });
});

describe('a text that counts', () => {
  const spoken = (language: Language, limit: number) => textsWith({}, language)('problem.min-items', { limit });

  test.each([
    [wholeEnglish, 1, 'Add at least 1 entry.'],
    [wholeEnglish, 1200, 'Add at least 1,200 entries.'],
    [spokenIn('de-AT'), 1, 'Mindestens 1 Eintrag hinzufügen.'],
    [spokenIn('de-DE'), 1200, 'Mindestens 1.200 Einträge hinzufügen.'],
    [spokenIn('ar-EG'), 2, 'أضف عنصرين على الأقل.'],
    [spokenIn('ar-EG'), 5, 'أضف ٥ عناصر على الأقل.'],
    [spokenIn('ar-EG'), 11, 'أضف ١١ عنصرًا على الأقل.'],
  ])('%# is in the form for its number, which is written as the language writes it', (language, limit, expected) => {
    expect(spoken(language, limit)).toBe(expected);
  });

  test('is replaced as a whole by one of the host', () => {
    const text = textsWith({ 'problem.min-items': 'More than {limit}!' }, wholeEnglish);
    expect([1, 2].map((limit) => text('problem.min-items', { limit }))).toEqual(['More than 1!', 'More than 2!']);
  });
});

describe('the language for a locale', () => {
  test.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE-at-1996', 'de'],
    ['ar-EG', 'ar'],
    ['en-US', undefined],
    ['nl-BE', undefined],
    ['deu', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%j is %s', (locale, tag) => {
    expect(languageTagOf(locale)).toBe(tag);
  });

  test('is one of those that the product promises', () => {
    expect(Object.keys(all).toSorted()).toEqual(['ar', 'de', 'en', 'es', 'fr', 'tr']);
  });
});
