import type { FrameConfig } from '@microapp/contract/protocol';

export type Scheme = 'light' | 'dark';

/**
 * A host's design tokens as a style sheet. Tokens are colors and lengths, checked one by one, so that no CSS of anybody
 * else ever reaches the frame. Accent and lengths hold always; the neutral colors (`bg`, `text`, …) belong to one
 * scheme: the wanted one, else the one that `bg` looks like, else light. With `-dark` at its end a token is for dark.
 */
export type Theme = {
  css: string;
  /** The scheme that the tokens are made for; absent when they fit both. */
  scheme?: Scheme | undefined;
  /** What was corrected or ignored, for the developer of the host page. */
  hints: string[];
};

const neutralTokens = new Set(['bg', 'surface', 'text', 'text-muted', 'border']);
const colorTokens = new Set([...neutralTokens, 'accent', 'on-accent', 'focus', 'danger']);

/** Lengths and the pixels between which they make sense. */
const lengthTokens = new Map<string, readonly [min: number, max: number]>([
  ['radius', [0, 32]],
  ['radius-l', [0, 32]],
  ['space', [2, 8]],
  ['font-size', [12, 24]],
]);

/** What styles.css has where a theme says nothing; only what readability is judged by. */
const defaults: Readonly<Record<Scheme, Readonly<Record<string, string>>>> = {
  light: { bg: '#ffffff', text: '#1c2024', 'text-muted': '#60646c', accent: '#5b5bd6', 'on-accent': '#ffffff' },
  dark: { bg: '#111113', text: '#edeef0', 'text-muted': '#b0b4ba', accent: '#5b5bd6', 'on-accent': '#ffffff' },
};

const contrastMin = 4.5;

export function themeOf({ theme: tokens = {}, colorScheme = 'auto' }: FrameConfig): Theme {
  const hints: string[] = [];
  const valid = Object.entries(tokens).flatMap(([given, value]) => {
    const name = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const token = name.replace(/-dark$/, '');
    const problem = problemOf(token, value);
    if (problem !== undefined) hints.push(`Theme token "${given}" is ignored: ${problem}.`);
    return problem === undefined ? [{ token, value: value.trim(), forDark: token !== name }] : [];
  });
  const fixed = colorScheme === 'auto' ? schemeOf(valid) : colorScheme;
  const home = fixed ?? 'light';

  const everywhere = new Map<string, string>();
  const schemes = { light: new Map<string, string>(), dark: new Map<string, string>() };
  for (const { token, value, forDark } of valid) {
    const target = forDark ? schemes.dark : neutralTokens.has(token) ? schemes[home] : everywhere;
    target.set(token, value);
  }
  keepReadable(everywhere, ['on-accent', 'accent'], home, hints);
  for (const scheme of ['light', 'dark'] as const) {
    keepReadable(schemes[scheme], ['text', 'bg'], scheme, hints);
    keepReadable(schemes[scheme], ['text-muted', 'bg'], scheme, hints);
    keepReadable(schemes[scheme], ['on-accent', 'accent'], scheme, hints);
  }
  const css =
    blockOf(':root', everywhere) +
    blockOf(':root[data-scheme=light]', schemes.light) +
    blockOf(':root[data-scheme=dark]', schemes.dark);
  return { css, hints, ...(fixed !== undefined && { scheme: fixed }) };
}

/** A background for one scheme only decides for it: all other colors must fit it. */
function schemeOf(tokens: readonly { token: string; value: string; forDark: boolean }[]): Scheme | undefined {
  const backgrounds = tokens.filter(({ token }) => token === 'bg');
  const [only, ...others] = backgrounds;
  if (only === undefined || only.forDark || others.length > 0) return undefined;
  const luminance = luminanceOf(only.value);
  if (luminance === undefined) return undefined;
  return contrastOf(1, luminance) > contrastOf(0, luminance) ? 'dark' : 'light';
}

function problemOf(token: string, value: string): string | undefined {
  if (colorTokens.has(token)) return isColor(value) ? undefined : 'it is not a color such as #5b5bd6';
  const range = lengthTokens.get(token);
  if (range === undefined) return 'there is no such token';
  const [, digits] = /^(\d{1,3}(?:\.\d+)?)px$/.exec(value.trim()) ?? [];
  const [min, max] = range;
  const pixels = Number(digits);
  return pixels >= min && pixels <= max ? undefined : `it is not a length from ${min}px to ${max}px`;
}

/** Hexadecimal, or a color function of plain numbers: nothing that could name a URL or a variable. */
function isColor(value: string): boolean {
  return /^(#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\([\d\s.,%/a-]+\))$/i.test(
    value.trim(),
  );
}

/** Text that nobody can read is a mistake, not a wish: it becomes black or white. */
function keepReadable(
  colors: Map<string, string>,
  [front, back]: readonly [front: string, back: string],
  scheme: Scheme,
  hints: string[],
): void {
  if (!colors.has(front) && !colors.has(back)) return;
  const chosen = colors.get(front);
  const frontLuminance = luminanceOf(chosen ?? defaults[scheme][front]);
  const backLuminance = luminanceOf(colors.get(back) ?? defaults[scheme][back]);
  if (frontLuminance === undefined || backLuminance === undefined) return;
  if (contrastOf(frontLuminance, backLuminance) >= contrastMin) return;
  const readable = contrastOf(1, backLuminance) > contrastOf(0, backLuminance) ? '#ffffff' : '#000000';
  colors.set(front, readable);
  if (chosen !== undefined)
    hints.push(`Theme token "${front}" is now ${readable}: ${chosen} is hard to read on "${back}".`);
}

/** Relative luminance of WCAG 2, 0 to 1; only for opaque hexadecimal colors. */
function luminanceOf(color: string | undefined): number | undefined {
  const [, hex] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color ?? '') ?? [];
  if (hex === undefined) return undefined;
  const digits = (hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex).match(/../g) ?? [];
  const [red = 0, green = 0, blue = 0] = digits.map((pair) => {
    const share = Number.parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function blockOf(selector: string, tokens: ReadonlyMap<string, string>): string {
  if (tokens.size === 0) return '';
  return `${selector}{${[...tokens].map(([name, value]) => `--${name}:${value}`).join(';')}}`;
}
