import type { Texts } from './texts.ts';

/**
 * Every language but English, by its tag: each file of the folder `languages` is one, named by its tag in lower case,
 * which a browser loads when it is spoken. English is part of the frame's scripts: it serves where there is no other, and
 * where another does not arrive.
 */
export const languages: Readonly<Record<string, () => Promise<Texts>>> = Object.fromEntries(
  // Resolved by the bundler.
  Object.entries(import.meta.glob<Texts>('./languages/*.ts', { import: 'texts' })).map(([file, load]) => [
    file.slice('./languages/'.length, -'.ts'.length),
    load,
  ]),
);

/** The tag of the language for a locale, subtag by subtag from the most special (`de-AT`, `de`); absent: English. */
export function languageTagOf(locale: string): string | undefined {
  const subtags = locale.toLowerCase().split('-');
  const tags = subtags.map((_, index) => subtags.slice(0, subtags.length - index).join('-'));
  return tags.find((tag) => Object.hasOwn(languages, tag));
}
