import type { ThemeSuggestion } from '@microapp/contract';
import type { ColorUse } from './color-use.ts';
import { paletteOf, pickThemes } from './pick-themes.ts';
import { colorsOf, rulesIn } from './read-css.ts';
import { readHtml } from './read-html.ts';
import { readImage } from './read-image.ts';

/** What is computed from what strangers wrote: by the largest inputs a matter of seconds, and so never on the server's thread. */
export type Task =
  /** A page, its address, and what is known of its style sheets so far. */
  | { do: 'read-website'; html: string; address: string; styleSheets: readonly string[] }
  /** In base64. */
  | { do: 'read-image'; image: string };

/** Themes, and what they were made from: none where there is no color. `colors` counts the different ones. */
export type FoundThemes = {
  themes: ThemeSuggestion[];
  palette: string[];
  colors: number;
  /** Whole addresses of a page's first style sheets. */
  styleSheetUrls: string[];
};

const styleSheetsMax = 8;

/** Does a task. Throws `validation_failed` for an image that is none. */
export function perform(task: Task): FoundThemes {
  switch (task.do) {
    case 'read-website': {
      const { uses, rules, styleSheets: hrefs } = readHtml(task.html);
      const styleSheetUrls = firstUrls(hrefs, task.address);
      // Together: a variable may be set in one sheet and used in another.
      return found([...uses, ...colorsOf([...rules, ...task.styleSheets.flatMap(rulesIn)])], styleSheetUrls);
    }
    case 'read-image':
      return found(readImage(task.image));
  }
}

function found(uses: readonly ColorUse[], styleSheetUrls: string[] = []): FoundThemes {
  const colors = new Set(uses.map(({ color }) => color)).size;
  return { themes: pickThemes(uses), palette: paletteOf(uses), colors, styleSheetUrls };
}

/** A page may hold a hundred thousand: they are read here, and no more of them than are fetched leave the thread. */
function firstUrls(hrefs: readonly string[], address: string): string[] {
  const urls: string[] = [];
  for (const href of hrefs) {
    if (urls.length >= styleSheetsMax) break;
    const url = URL.parse(href, address);
    if (url !== null && /^https?:$/.test(url.protocol)) urls.push(url.href);
  }
  return urls;
}
