import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Format } from './format.ts';
import type { FirstTextKey, Text } from './texts/texts.ts';

/** How this frame speaks: its texts, and how it writes numbers and dates. */
export type Locale<Says = Text> = { text: Says; format: Format };

export const LocaleContext = createContext<Locale | undefined>(undefined);

/** For what the first script draws: English may not have all of its texts yet. */
export function useFirstLocale(): Locale<Text<FirstTextKey>> {
  return useLocale();
}

/** For what a later script draws, which brought the rest of English with it. */
export function useLocale(): Locale {
  const locale = useContext(LocaleContext);
  if (locale === undefined) throw new Error('There is no locale around this component.');
  return locale;
}
