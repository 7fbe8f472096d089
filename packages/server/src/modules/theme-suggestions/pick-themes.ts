import {
  blackOrWhiteOn,
  contrastOf,
  readableOn,
  themeColors,
  themeContrasts,
  type ThemeSuggestion,
} from '@microapp/contract';
import { converter, differenceEuclidean, formatHex, interpolate } from 'culori';
import type { ColorUse } from './color-use.ts';

/** Less than this is a gray with a tint. */
const accentChromaMin = 0.05;
/** In OKLab: two colors nearer than this are one to the eye of a person who looks for a brand. */
const sameColorDistance = 0.08;
const accentsMax = 3;
const groupsMax = 200;
const paletteMax = 24;
const names = ['Main color', 'Second color', 'Third color'];

const toOklch = converter('oklch');
const distanceOf = differenceEuclidean('oklab');

/**
 * Themes from the colors of a website or a logo: its strongest colors as accents, on its own background. Whatever has to
 * be read is moved until it can be. None where there is no color at all.
 */
export function pickThemes(uses: readonly ColorUse[]): ThemeSuggestion[] {
  const [main, ...others] = accentsOf(uses);
  if (main === undefined) return [];
  const bg = strongestOf(uses, 'background') ?? '#ffffff';
  const text = strongestOf(uses, 'text') ?? blackOrWhiteOn(bg);
  const suggestions = [main, ...others].map((accent, index) =>
    suggestionOf(names[index] ?? accent, { accent, bg, text }),
  );
  const isDark = blackOrWhiteOn(bg) === '#ffffff';
  const ground = (name: 'bg' | 'text'): string =>
    themeColors.find((color) => color.name === name)?.defaults[isDark ? 'light' : 'dark'] ?? '#000000';
  const inverse = isDark ? 'Main color on light' : 'Main color on dark';
  return [...suggestions, suggestionOf(inverse, { accent: main, bg: ground('bg'), text: ground('text') })];
}

/** What looks different among the colors, the one that counts most first. */
export function paletteOf(uses: readonly ColorUse[]): string[] {
  return groupsOf(uses)
    .slice(0, paletteMax)
    .map(({ color }) => color);
}

/** A theme of three colors, of which the text is moved until it can be read, and everything else follows. */
export function suggestionOf(
  name: string,
  { accent, bg, text: wanted }: { accent: string; bg: string; text: string },
): ThemeSuggestion {
  const surface = mixed(bg, blackOrWhiteOn(bg), 0.03);
  // Readable on both: the surface is the harder of the two, or as hard.
  const text = readableOn(readableOn(wanted, bg), surface);
  const theme: Record<string, string> = {
    accent,
    'on-accent': blackOrWhiteOn(accent),
    bg,
    surface,
    text,
    'text-muted': readableOn(mixed(text, bg, 0.35), bg),
    border: mixed(bg, text, 0.16),
  };
  const contrast = themeContrasts.map(({ front, back }) => {
    const ratio = contrastOf(theme[front] ?? '', theme[back] ?? '') ?? 1;
    // Down, so that nothing is called better than it is.
    return { front, back, ratio: Math.floor(ratio * 100) / 100 };
  });
  return { name, theme, contrast };
}

/** The colors that stand out, the one that counts most first; the strongest gray where there is nothing else. */
function accentsOf(uses: readonly ColorUse[]): string[] {
  const groups = groupsOf(uses.filter(({ role }) => role === 'other'));
  const vivid = groups.filter(({ color }) => chromaOf(color) >= accentChromaMin);
  const [gray] = groups.filter(({ color }) => (contrastOf(color, '#ffffff') ?? 1) >= 3);
  const found = vivid.length > 0 ? vivid : gray === undefined ? [] : [gray];
  return found.slice(0, accentsMax).map(({ color }) => color);
}

/** Colors that look the same counted together under the strongest of them. */
function groupsOf(uses: readonly ColorUse[]): { color: string; weight: number }[] {
  const weights = new Map<string, number>();
  for (const { color, weight } of uses) weights.set(color, (weights.get(color) ?? 0) + weight);
  const sorted = [...weights]
    .map(([color, weight]) => ({ color, weight }))
    .toSorted((one, other) => other.weight - one.weight);
  const groups: { color: string; weight: number }[] = [];
  for (const { color, weight } of sorted.slice(0, groupsMax)) {
    const same = groups.find((group) => distanceOf(group.color, color) < sameColorDistance);
    if (same === undefined) groups.push({ color, weight });
    else same.weight += weight;
  }
  return groups.toSorted((one, other) => strengthOf(other) - strengthOf(one));
}

function strengthOf({ color, weight }: { color: string; weight: number }): number {
  return weight * (0.3 + chromaOf(color));
}

function chromaOf(color: string): number {
  return toOklch(color)?.c ?? 0;
}

function strongestOf(uses: readonly ColorUse[], role: ColorUse['role']): string | undefined {
  return groupsOf(uses.filter((use) => use.role === role))
    .toSorted((one, other) => other.weight - one.weight)
    .at(0)?.color;
}

function mixed(from: string, to: string, share: number): string {
  return formatHex(interpolate([from, to], 'oklab')(share));
}
