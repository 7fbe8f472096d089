import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Format } from './format.ts';
import type { Text } from './texts/texts.ts';

/** How this frame speaks: its texts, and how it writes numbers and dates. */
export type Locale = { text: Text; format: Format };

export const LocaleContext = createContext<Locale | undefined>(undefined);

export function useLocale(): Locale {
  const locale = useContext(LocaleContext);
  if (locale === undefined) throw new Error('There is no locale around this component.');
  return locale;
}
