import { enFirst } from './en-first.ts';
import type { en } from './en.ts';

export type TextKey = keyof typeof en;
/** What the first script can say by itself. */
export type FirstTextKey = keyof typeof enFirst;
export type TextValues = Record<string, string | number>;

/** A text for each way in which a language counts; `other` serves the rest. */
export type Plural = { readonly [Category in Intl.LDMLPluralRule]?: string } & { readonly other: string };

/** A complete language: a key that is missing, or is not of its kind, is a type error. */
export type Texts = { readonly [Key in TextKey]: (typeof en)[Key] extends string ? string : Plural };

/** Texts, and the locale by whose rules they count and write numbers. Of English the first come alone. */
export type Language = { readonly locale: string; readonly texts: Partial<Texts> };

export const english: Language = { locale: 'en', texts: enFirst };

/** Answers with the text of a key, its `{name}`s replaced by `values`. */
export type Text<Key extends TextKey = TextKey> = (key: Key, values?: TextValues) => string;

/**
 * The texts of a language, single ones replaced by `overrides` (by key; unknown keys are ignored). Numbers among the
 * values are written as the language writes them, and the first of them chooses the plural form.
 */
export function textsWith(overrides: Readonly<Record<string, string>>, { locale, texts }: Language = english): Text {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const written = (value: string | number | undefined) => (typeof value === 'number' ? numbers.format(value) : value);

  return (key, values = {}) => {
    const own = Object.hasOwn(overrides, key) ? overrides[key] : undefined;
    const text = own ?? formOf(texts[key] ?? '', () => plurals.select(Object.values(values).find(isNumber) ?? 0));
    return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => written(values[name]) ?? placeholder);
  };
}

function formOf(text: string | Plural, category: () => Intl.LDMLPluralRule): string {
  return typeof text === 'string' ? text : (text[category()] ?? text.other);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

const rightToLeft = new Set(['ar', 'dv', 'fa', 'ckb', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** The direction in which a language is written. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return rightToLeft.has(locale.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';
}
