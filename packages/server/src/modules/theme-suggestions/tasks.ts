import type { ThemeSuggestion } from '@microapp/contract';
import type { ColorUse } from './color-use.ts';
import { paletteOf, pickThemes } from './pick-themes.ts';
import { colorsOf, rulesIn } from './read-css.ts';
import { readHtml } from './read-html.ts';
import { readImage } from './read-image.ts';

/** What is computed from what strangers wrote: by the largest inputs a matter of seconds, and so never on the server's thread. */
export type Task =
  /** A page, and what is known of its style sheets so far. */
  | { do: 'read-website'; html: string; styleSheets: readonly string[] }
  /** In base64. */
  | { do: 'read-image'; image: string };

/** Themes, and what they were made from: none where there is no color. `colors` counts the different ones. */
export type FoundThemes = {
  themes: ThemeSuggestion[];
  palette: string[];
  colors: number;
  /** Addresses of a page's style sheets, as they stand there. */
  hrefs: string[];
};

/** Does a task. Throws `validation_failed` for an image that is none. */
export function perform(task: Task): FoundThemes {
  switch (task.do) {
    case 'read-website': {
      const { uses, rules, styleSheets: hrefs } = readHtml(task.html);
      // Together: a variable may be set in one sheet and used in another.
      return found([...uses, ...colorsOf([...rules, ...task.styleSheets.flatMap(rulesIn)])], hrefs);
    }
    case 'read-image':
      return found(readImage(task.image));
  }
}

function found(uses: readonly ColorUse[], hrefs: string[] = []): FoundThemes {
  const colors = new Set(uses.map(({ color }) => color)).size;
  return { themes: pickThemes(uses), palette: paletteOf(uses), colors, hrefs };
}
