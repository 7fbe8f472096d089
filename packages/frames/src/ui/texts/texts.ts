import { en } from './en.ts';

export type TextKey = keyof typeof en;
export type TextValues = Record<string, string | number>;

/** Answers with the text of a key, its `{name}`s replaced by `values`. */
export type Text = (key: TextKey, values?: TextValues) => string;

/** Texts in English, single ones replaced by `overrides` (by key; unknown keys are ignored). */
export function textsWith(overrides: Readonly<Record<string, string>>): Text {
  return (key, values = {}) => {
    const text = Object.hasOwn(overrides, key) ? (overrides[key] ?? en[key]) : en[key];
    return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
  };
}

const rightToLeft = new Set(['ar', 'dv', 'fa', 'ckb', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** The direction in which a language is written. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return rightToLeft.has(locale.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';
}
