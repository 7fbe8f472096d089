/** What the page around a frame says by itself, in launcher, panel and notice. */
export const hostWordNames = [
  // The name of a launcher that is an icon.
  'open',
  'close',
  // What a visitor reads in the place of a widget that does not come.
  'unavailable',
  'retry',
] as const;

/** Those words in one language. */
export type HostWords = Readonly<Record<(typeof hostWordNames)[number], string>>;

export type HostLanguage = { readonly dir: 'ltr' | 'rtl'; readonly words: HostWords };

/** Every language that the frames speak, by its tag in lower case; English serves where there is no other. */
export type HostLanguages = { readonly en: HostLanguage; readonly [tag: string]: HostLanguage };
