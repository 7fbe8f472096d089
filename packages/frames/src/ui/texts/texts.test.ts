import { describe, expect, test } from 'vitest';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { languages, languageTagOf } from './languages.ts';
import { english, textsWith, type Language, type Plural, type TextKey, type Texts } from './texts.ts';

const all: Record<string, Texts> = { en, de, ar };
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
    [english, 1, 'Add at least 1 entry.'],
    [english, 1200, 'Add at least 1,200 entries.'],
    [{ locale: 'de-AT', texts: de }, 1, 'Mindestens 1 Eintrag hinzufügen.'],
    [{ locale: 'de-DE', texts: de }, 1200, 'Mindestens 1.200 Einträge hinzufügen.'],
    [{ locale: 'ar-EG', texts: ar }, 2, 'أضف عنصرين على الأقل.'],
    [{ locale: 'ar-EG', texts: ar }, 5, 'أضف ٥ عناصر على الأقل.'],
    [{ locale: 'ar-EG', texts: ar }, 11, 'أضف ١١ عنصرًا على الأقل.'],
  ])('%# is in the form for its number, which is written as the language writes it', (language, limit, expected) => {
    expect(spoken(language, limit)).toBe(expected);
  });

  test('is replaced as a whole by one of the host', () => {
    const text = textsWith({ 'problem.min-items': 'More than {limit}!' });
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
    ['fr-CA', undefined],
    ['deu', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%j is %s', (locale, tag) => {
    expect(languageTagOf(locale)).toBe(tag);
  });

  test('is loaded by itself', async () => {
    expect(await languages['de']?.()).toBe(de);
    expect(await languages['ar']?.()).toBe(ar);
    expect(Object.keys(languages).length + 1).toBe(Object.keys(all).length);
  });
});
