/** What the host page's part of a widget says by itself: a page is told it, since its budget of bytes has room for English only. */
export type HostWords = {
  /** The name of a launcher that is an icon. */
  open: string;
  close: string;
  /** What a visitor reads in the place of a widget that does not come. */
  unavailable: string;
  retry: string;
};

type Language = { dir: 'ltr' | 'rtl'; words: HostWords };

const english: Language = {
  dir: 'ltr',
  words: { open: 'Open', close: 'Close', unavailable: 'Not available right now.', retry: 'Try again' },
};

/** Every language that the frames speak, by its tag. */
export const hostLanguages: Readonly<Record<string, Language>> = {
  ar: {
    dir: 'rtl',
    words: { open: 'فتح', close: 'إغلاق', unavailable: 'غير متاح حاليًا.', retry: 'إعادة المحاولة' },
  },
  de: {
    dir: 'ltr',
    words: { open: 'Öffnen', close: 'Schließen', unavailable: 'Zurzeit nicht verfügbar.', retry: 'Erneut versuchen' },
  },
  en: english,
  es: {
    dir: 'ltr',
    words: { open: 'Abrir', close: 'Cerrar', unavailable: 'No disponible en este momento.', retry: 'Reintentar' },
  },
  fr: {
    dir: 'ltr',
    words: { open: 'Ouvrir', close: 'Fermer', unavailable: 'Indisponible pour le moment.', retry: 'Réessayer' },
  },
  tr: {
    dir: 'ltr',
    words: { open: 'Aç', close: 'Kapat', unavailable: 'Şu anda kullanılamıyor.', retry: 'Yeniden dene' },
  },
};

/** As long as a tag is at most; what is longer is none. */
const localeLengthMax = 100;

/**
 * The words for a locale, looked up as the frames look up theirs: subtag by subtag from the most special (`de-AT`, `de`), else
 * English. Whatever is no locale is as if it were absent.
 */
export function hostLanguageOf(locale: unknown): Language & { lang: string } {
  const subtags = typeof locale === 'string' ? locale.slice(0, localeLengthMax).toLowerCase().split('-') : [];
  const tags = subtags.map((_, index) => subtags.slice(0, subtags.length - index).join('-'));
  const lang = tags.find((tag) => Object.hasOwn(hostLanguages, tag)) ?? 'en';
  return { lang, ...(hostLanguages[lang] ?? english) };
}

/** The first locale of an Accept-Language header: the one that the visitor's browser is in, which the frames follow, too. */
export function firstLocaleOf(acceptLanguage: string | undefined): string | undefined {
  return acceptLanguage?.split(/[,;]/, 1)[0]?.trim();
}
