import { useEffect, useState } from 'preact/hooks';
import { languages, languageTagOf } from './languages.ts';
import { english, type Language } from './texts.ts';

/**
 * The language for a locale: English at once, others when they have arrived, until then the language before; at first
 * there is none. Where one does not arrive there is English: a form that cannot be read well is better than no form.
 */
export function useLanguage(locale: string): Language | undefined {
  const load = languages[languageTagOf(locale) ?? ''];
  const [language, speak] = useState<Language | undefined>();

  useEffect(() => {
    let isStale = false;
    const take = (arrived: Language) => {
      if (!isStale) speak(arrived);
    };
    load?.().then(
      (texts) => take({ locale, texts }),
      () => take(english),
    );
    return () => {
      isStale = true;
    };
  }, [locale]);

  return load === undefined ? english : language;
}
