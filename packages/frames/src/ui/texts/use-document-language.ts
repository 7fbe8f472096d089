import { useLayoutEffect } from 'preact/hooks';
import { languageTagOf } from './languages.ts';
import { directionOf, english, type Language } from './texts.ts';

/**
 * Says in the document which language its words are in, and which way they run: by that a screen reader chooses its voice
 * and a browser lays out. Before there are words it is the language that is on its way.
 */
export function useDocumentLanguage(language: Language | undefined, wanted: string, hasOwnTexts: boolean): void {
  const shown = localeShown(language, wanted, hasOwnTexts);
  useLayoutEffect(() => {
    const { documentElement: root } = document;
    root.lang = shown;
    root.dir = directionOf(shown);
  }, [shown]);
}

/**
 * English stands in for a language that we do not have, and for one that did not arrive. A host that brings texts of its own
 * for one that we do not have knows what it wants.
 */
function localeShown(language: Language | undefined, wanted: string, hasOwnTexts: boolean): string {
  if (language === undefined || /^en\b/i.test(wanted)) return wanted;
  if (language.locale !== english.locale) return language.locale;
  return hasOwnTexts && languageTagOf(wanted) === undefined ? wanted : english.locale;
}
