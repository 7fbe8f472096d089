import { en } from '../ui/texts/en.ts';
import type { Language } from '../ui/texts/texts.ts';

/** English as it is once all of it has arrived. */
export const wholeEnglish: Language = { locale: 'en', texts: en };
