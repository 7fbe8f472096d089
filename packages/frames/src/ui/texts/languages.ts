import type { Texts } from './texts.ts';

/**
 * Every language but English, by its tag: a file of its own that a browser loads when it is spoken. English is part of
 * the frame's script: it serves where there is no other, and where another does not arrive.
 */
export const languages: Readonly<Record<string, () => Promise<Texts>>> = {
  ar: () => import('./ar.ts').then(({ ar }) => ar),
  de: () => import('./de.ts').then(({ de }) => de),
};

/** The tag of the language for a locale, subtag by subtag from the most special (`de-AT`, `de`); absent: English. */
export function languageTagOf(locale: string): string | undefined {
  const subtags = locale.toLowerCase().split('-');
  const tags = subtags.map((_, index) => subtags.slice(0, subtags.length - index).join('-'));
  return tags.find((tag) => Object.hasOwn(languages, tag));
}
