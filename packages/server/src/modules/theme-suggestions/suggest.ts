import type { ThemeSuggestionRequest, ThemeSuggestions } from '@microapp/contract';
import type { Static } from 'typebox';
import { invalid } from '../../platform/app-error.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import { pickThemes } from './pick-themes.ts';
import { problemWith } from './problem.ts';
import { readImage } from './read-image.ts';
import { readWebsite } from './read-website.ts';

/** Themes from a website, which is fetched, or an image. Nothing of either is kept. */
export async function suggestThemes(
  deps: { outbound: Outbound; userAgent: string },
  { url, image }: Static<typeof ThemeSuggestionRequest>,
): Promise<ThemeSuggestions> {
  if (url !== undefined && image !== undefined) {
    throw invalid([{ path: 'image', message: 'cannot stand beside url: give one of the two' }]);
  }
  if (url !== undefined) {
    const { uses, styleSheets } = await readWebsite(deps, url);
    const themes = pickThemes(uses);
    if (themes.length === 0)
      throw problemWith('url', 'shows no colors of its own in its first style sheets; try a logo');
    return { themes, source: { kind: 'website', styleSheets, colors: countOf(uses) } };
  }
  if (image === undefined) throw invalid([{ path: 'url', message: 'is required, or an image' }]);
  const uses = readImage(image);
  const themes = pickThemes(uses);
  if (themes.length === 0) throw problemWith('image', 'shows no color that stands out');
  return { themes, source: { kind: 'image', styleSheets: 0, colors: countOf(uses) } };
}

function countOf(uses: readonly { color: string }[]): number {
  return new Set(uses.map(({ color }) => color)).size;
}
