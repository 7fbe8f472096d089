import type { FrameConfig } from '@microapp/contract/protocol';
import type { Scheme, Theme } from './theme.ts';

/** Most frames look like ours: what reads a theme is loaded for those that have one. */
const loadTheme = () => import('./read-theme.ts');

/**
 * Answers with a function that makes the document look as a host wishes: scheme and theme. The theme is a constructed
 * style sheet, which a policy without inline styles allows. `hint` is told what was corrected.
 */
export function appearanceOf(document: Document, hint: (message: string) => void): (config: FrameConfig) => void {
  const sheet = adoptStyles(document);
  const { documentElement: root } = document;
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  let fixed: Scheme | undefined;
  let told = '';
  let wanted: FrameConfig = {};

  const applyScheme = () => {
    root.dataset['scheme'] = fixed ?? (prefersDark.matches ? 'dark' : 'light');
  };
  prefersDark.addEventListener('change', applyScheme);
  applyScheme();

  const wear = ({ css, scheme, hints }: Theme) => {
    fixed = scheme;
    applyScheme();
    sheet.replaceSync(css);
    const all = hints.join(' ');
    if (all !== '' && all !== told) hint(all);
    told = all;
  };

  return (config) => {
    wanted = config;
    const { theme = {}, colorScheme } = config;
    if (Object.keys(theme).length > 0) {
      // Without it the frame looks like ours, which is better than nothing. A newer wish may have come meanwhile.
      void loadTheme().then(
        ({ readTheme }) => wear(readTheme(wanted, document)),
        () => undefined,
      );
    } else wear({ css: '', hints: [], scheme: colorScheme === 'auto' ? undefined : colorScheme });
  };
}

/** Adds a constructed style sheet to the document. */
export function adoptStyles(document: Document, css = ''): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  return sheet;
}
