import type { HostLanguage, HostLanguages } from '@microapp/contract';

/** As long as a tag is at most; what is longer is none. */
const localeLengthMax = 100;

/**
 * The words for a locale, looked up as the frames look up theirs: subtag by subtag from the most special (`de-AT`, `de`), else
 * English. Whatever is no locale is as if it were absent.
 */
export function hostLanguageOf(languages: HostLanguages, locale: unknown): HostLanguage & { lang: string } {
  const subtags = typeof locale === 'string' ? locale.slice(0, localeLengthMax).toLowerCase().split('-') : [];
  const tags = subtags.map((_, index) => subtags.slice(0, subtags.length - index).join('-'));
  const lang = tags.find((tag) => Object.hasOwn(languages, tag)) ?? 'en';
  return { lang, ...(languages[lang] ?? languages.en) };
}

/** The first locale of an Accept-Language header: the one that the visitor's browser is in, which the frames follow, too. */
export function firstLocaleOf(acceptLanguage: string | undefined): string | undefined {
  return acceptLanguage?.split(/[,;]/, 1)[0]?.trim();
}
