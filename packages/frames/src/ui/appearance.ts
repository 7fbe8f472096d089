import type { FrameConfig } from '@microapp/contract/protocol';
import { directionOf } from './texts/texts.ts';
import { themeOf } from './theme.ts';

/**
 * Answers with a function that makes the document look as a host wishes: language, direction, scheme and theme. The
 * theme is a constructed style sheet, which a policy without inline styles allows. `hint` is told what was corrected.
 */
export function appearanceOf(document: Document, hint: (message: string) => void): (config: FrameConfig) => void {
  const sheet = adoptStyles(document);
  const { documentElement: root } = document;
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  let fixed: string | undefined;
  let told = '';

  const applyScheme = () => {
    root.dataset['scheme'] = fixed ?? (prefersDark.matches ? 'dark' : 'light');
  };
  prefersDark.addEventListener('change', applyScheme);
  applyScheme();

  return (config) => {
    const locale = config.locale ?? navigator.language;
    root.lang = locale;
    root.dir = directionOf(locale);
    const { css, scheme, hints } = themeOf(config);
    fixed = scheme;
    applyScheme();
    sheet.replaceSync(css);
    if (told !== hints.join()) hints.forEach(hint);
    told = hints.join();
  };
}

/** Adds a constructed style sheet to the document. */
export function adoptStyles(document: Document, css = ''): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  return sheet;
}
