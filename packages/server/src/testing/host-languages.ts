import type { HostLanguages } from '@microapp/contract';

/** Some of what the build reads from the languages of the frames. */
export const someHostLanguages: HostLanguages = {
  en: {
    dir: 'ltr',
    words: { open: 'Open', close: 'Close', unavailable: 'Not available right now.', retry: 'Try again' },
  },
  de: {
    dir: 'ltr',
    words: { open: 'Öffnen', close: 'Schließen', unavailable: 'Zurzeit nicht verfügbar.', retry: 'Erneut versuchen' },
  },
  fr: {
    dir: 'ltr',
    words: { open: 'Ouvrir', close: 'Fermer', unavailable: 'Indisponible pour le moment.', retry: 'Réessayer' },
  },
  ar: {
    dir: 'rtl',
    words: { open: 'فتح', close: 'إغلاق', unavailable: 'غير متاح حاليًا.', retry: 'إعادة المحاولة' },
  },
};
