import type { ThemeSuggestionRequest, ThemeSuggestions } from '@microapp/contract';
import type { Static } from 'typebox';
import { invalid } from '../../platform/app-error.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { PerformTask } from './theme-worker.ts';
import { problemWith } from './problem.ts';
import { readWebsite } from './read-website.ts';

/** Themes from a website, which is fetched, or an image. Nothing of either is kept. */
export async function suggestThemes(
  deps: { outbound: Outbound; userAgent: string; perform: PerformTask },
  { url, image }: Static<typeof ThemeSuggestionRequest>,
): Promise<Omit<ThemeSuggestions, 'refinement'>> {
  if (url !== undefined && image !== undefined) {
    throw invalid([{ path: 'image', message: 'cannot stand beside url: give one of the two' }]);
  }
  if (url !== undefined) {
    const { styleSheets, themes, palette, colors } = await readWebsite(deps, url);
    if (themes.length === 0)
      throw problemWith('url', 'shows no colors of its own in its first style sheets; try a logo');
    return { themes, palette, source: { kind: 'website', styleSheets, colors } };
  }
  if (image === undefined) throw invalid([{ path: 'url', message: 'is required, or an image' }]);
  const { themes, palette, colors } = await deps.perform({ do: 'read-image', image });
  if (themes.length === 0) throw problemWith('image', 'shows no color that stands out');
  return { themes, palette, source: { kind: 'image', styleSheets: 0, colors } };
}
