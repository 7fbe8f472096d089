import type { FrameConfig } from '@microapp/contract/protocol';
import { contrastMin, isReadable, readableOn, readableShadeOf, type ColorReader } from './contrast.ts';

export type Scheme = 'light' | 'dark';

/**
 * A host's design tokens as a style sheet. Tokens are colors, lengths, names of fonts and words of a list, checked one by
 * one, so that no CSS of anybody else ever reaches the frame. Accent, lengths and fonts hold always; the neutral colors
 * (`bg`, `text`, …) belong to one scheme: the wanted one, else the one that `bg` looks like, else light. With `-dark` at
 * its end a color is for dark.
 */
export type Theme = {
  css: string;
  /** The scheme that the tokens are made for; absent when they fit both. */
  scheme?: Scheme | undefined;
  /** What was corrected or ignored, for the developer of the host page. */
  hints: string[];
};

const neutralTokens = new Set(['bg', 'surface', 'text', 'text-muted', 'border', 'danger']);
const colorTokens = new Set([...neutralTokens, 'accent', 'on-accent', 'focus']);

/** Lengths and the pixels between which they make sense. */
const lengthTokens = new Map<string, readonly [min: number, max: number]>([
  ['radius', [0, 32]],
  ['radius-l', [0, 32]],
  ['space', [2, 8]],
  ['font-size', [12, 24]],
]);

const fontTokens = new Set(['font', 'font-mono']);

/** How close things stand. A finger needs its 44 pixels whatever is wished. */
const densities = new Map([
  ['comfortable', ''],
  ['compact', ':root{--space:3px}@media (pointer:fine){:root{--control:36px}}'],
]);

/** For the launcher and the panel around the frame, which the same theme describes. */
const hostTokens = new Set(['launcher-size', 'launcher-icon', 'panel-w', 'panel-h', 'shadow', 'motion', 'logo']);

/** What styles.css has where a theme says nothing; only what readability is judged by. */
const defaults: Readonly<Record<Scheme, Readonly<Record<string, string>>>> = {
  light: {
    bg: '#ffffff',
    surface: '#f9f9fb',
    text: '#1c2024',
    'text-muted': '#60646c',
    accent: '#5b5bd6',
    'on-accent': '#ffffff',
    danger: '#ce2c31',
  },
  dark: {
    bg: '#111113',
    surface: '#18191b',
    text: '#edeef0',
    'text-muted': '#b0b4ba',
    accent: '#5b5bd6',
    'on-accent': '#ffffff',
    danger: '#ff9592',
  },
};

type Token = { given: string; token: string; value: string; forDark: boolean };
type Colors = Map<string, string>;

/** Reads a theme; `read` tells what a color looks like. */
export function themeOf({ theme: tokens = {}, colorScheme = 'auto' }: FrameConfig, read: ColorReader): Theme {
  const hints: string[] = [];
  const valid = Object.entries(tokens).map(tokenOf).filter(isTaken);
  const fixed = colorScheme === 'auto' ? schemeOf(valid, read) : colorScheme;
  const home = fixed ?? 'light';

  const everywhere: Colors = new Map();
  const schemes: Record<Scheme, Colors> = { light: new Map(), dark: new Map() };
  for (const { token, value, forDark } of valid) {
    if (token === 'density') continue;
    const target = forDark ? schemes.dark : neutralTokens.has(token) ? schemes[home] : everywhere;
    target.set(token, fontTokens.has(token) ? fontList(value) : value);
  }
  keepReadable(everywhere, home, ['on-accent', 'accent']);
  // Under the pointer the accent moves away from what is written on it.
  const isOnAccentDark = readableOn(everywhere.get('on-accent') ?? '#ffffff', read) === '#ffffff';
  if (isOnAccentDark) everywhere.set('accent-shade', '#ffffff');
  const radius = everywhere.get('radius');
  if (radius !== undefined && !everywhere.has('radius-l')) everywhere.set('radius-l', radius);
  for (const scheme of ['light', 'dark'] as const) {
    const colors = schemes[scheme];
    if (colors.has('bg')) deriveFromBackground(colors);
    for (const front of ['text', 'text-muted', 'danger']) {
      keepReadable(colors, scheme, [front, 'bg'], colors.has('bg') ? contrastMinOfShades : contrastMin);
      if (isColorText(colors.get('surface') ?? '')) keepReadable(colors, scheme, [front, 'surface']);
    }
    keepReadable(colors, scheme, ['on-accent', 'accent']);
  }
  const density = valid.findLast(({ token }) => token === 'density')?.value ?? '';
  const css =
    (densities.get(density) ?? '') +
    blockOf(':root', everywhere) +
    blockOf(':root[data-scheme=light]', schemes.light) +
    blockOf(':root[data-scheme=dark]', schemes.dark);
  return { css, hints, scheme: fixed };

  function isTaken(token: Token): boolean {
    if (hostTokens.has(token.token)) return false;
    const problem = problemOf(token, read);
    if (problem !== undefined) hints.push(`Theme token "${token.given}" is ignored: ${problem}.`);
    return problem === undefined;
  }

  /** Text that nobody can read is a mistake, not a wish: it becomes black or white, and a warning a shade of what it is. */
  function keepReadable(
    colors: Colors,
    scheme: Scheme,
    [front, back]: readonly [string, string],
    min = contrastMin,
  ): void {
    if (!colors.has(front) && !colors.has(back)) return;
    const chosen = colors.get(front) ?? everywhere.get(front);
    const behind = colors.get(back) ?? everywhere.get(back) ?? defaults[scheme][back] ?? '';
    const color = chosen ?? defaults[scheme][front] ?? '';
    if (isReadable(color, behind, read, min)) return;
    const readable = front === 'danger' ? readableShadeOf(color, behind, read, min) : readableOn(behind, read);
    colors.set(front, readable);
    if (chosen === undefined) return;
    hints.push(`Theme token "${front}" is now ${readable}: ${chosen} on ${behind} has a contrast of less than ${min}.`);
  }
}

function tokenOf([given, value]: [string, string]): Token {
  const name = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const token = name.replace(/-dark$/, '');
  return { given, token, value: value.trim(), forDark: token !== name };
}

/** A background for one scheme only decides for it: all other colors must fit it. */
function schemeOf(tokens: readonly Token[], read: ColorReader): Scheme | undefined {
  const [only, ...others] = tokens.filter(({ token }) => token === 'bg');
  if (only === undefined || only.forDark || others.length > 0) return undefined;
  return readableOn(only.value, read) === '#ffffff' ? 'dark' : 'light';
}

/** Of text on a background of somebody's: it has to hold on the shades of it, too. */
const contrastMinOfShades = 5.2;

/** Boxes and lines on somebody's background are shades of it, unless the theme says otherwise. */
function deriveFromBackground(colors: Colors): void {
  const shades = { surface: 4, 'danger-bg': 4, border: 20, 'border-strong': 35 };
  for (const [token, percent] of Object.entries(shades)) {
    if (!colors.has(token)) colors.set(token, `color-mix(in oklab,var(--text) ${percent}%,var(--bg))`);
  }
}

function problemOf({ token, value, forDark }: Token, read: ColorReader): string | undefined {
  if (colorTokens.has(token)) {
    const color = isColorText(value) ? read(value) : undefined;
    if (color === undefined) return 'it is not a color such as #5b5bd6';
    return color.alpha < 1 && token !== 'border' ? 'it is not opaque' : undefined;
  }
  if (forDark) return 'only colors can be for dark';
  if (token === 'density') return densities.has(value) ? undefined : 'it is neither comfortable nor compact';
  if (fontTokens.has(token)) return isFontList(value) ? undefined : 'it is not a list of names of fonts';
  const range = lengthTokens.get(token);
  return range === undefined ? 'there is no such token' : problemOfLength(value, range);
}

function problemOfLength(value: string, [min, max]: readonly [number, number]): string | undefined {
  const [, digits] = /^(\d{1,3}(?:\.\d+)?)px$/.exec(value) ?? [];
  const pixels = Number(digits);
  return pixels >= min && pixels <= max ? undefined : `it is not a length from ${min}px to ${max}px`;
}

/** Hexadecimal, or a color function of plain numbers: nothing that could name a URL or a variable. */
function isColorText(value: string): boolean {
  return /^(#[\da-f]{3,8}|(rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\([\d\s.,%/a-z+-]{1,80}\))$/i.test(value);
}

const fontsMax = 8;
const genericFonts = /^(serif|sans-serif|monospace|system-ui|ui-(serif|sans-serif|monospace|rounded))$/;

/** Names of fonts that the visitor has: letters, digits, spaces, and of signs only what cannot end a string. */
function fontsIn(value: string): string[] {
  return value.split(',').map((name) => name.trim().replace(/^(["'])(.*)\1$/, '$2'));
}

function isFontList(value: string): boolean {
  const names = fontsIn(value);
  return names.length <= fontsMax && names.every((name) => /^-?[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,60}$/u.test(name));
}

/** Names in quotes, words of CSS as they are; a page's font that is not there falls back to the system's. */
function fontList(value: string): string {
  const names = fontsIn(value).map((name) => (genericFonts.test(name) ? name : `"${name}"`));
  return names.join(',');
}

function blockOf(selector: string, tokens: ReadonlyMap<string, string>): string {
  if (tokens.size === 0) return '';
  return `${selector}{${[...tokens].map(([name, value]) => `--${name}:${value}`).join(';')}}`;
}
