/**
 * The design tokens that frames understand. A neutral color without an ending belongs to the scheme that `bg` looks like;
 * with `-dark` at its end a token is for dark. A theme with one `bg` keeps to its scheme, with both it follows the visitor.
 */
export type ThemeScheme = 'light' | 'dark';

export type ThemeColor = {
  name: string;
  /** Belongs to one scheme; the others hold in both unless there is one for dark. */
  isNeutral: boolean;
  /** What a frame has where a theme says nothing. */
  defaults: Readonly<Record<ThemeScheme, string>>;
};

export const themeColors = [
  { name: 'accent', isNeutral: false, defaults: { light: '#5b5bd6', dark: '#5b5bd6' } },
  { name: 'on-accent', isNeutral: false, defaults: { light: '#ffffff', dark: '#ffffff' } },
  { name: 'bg', isNeutral: true, defaults: { light: '#ffffff', dark: '#111113' } },
  { name: 'surface', isNeutral: true, defaults: { light: '#f9f9fb', dark: '#18191b' } },
  { name: 'text', isNeutral: true, defaults: { light: '#1c2024', dark: '#edeef0' } },
  { name: 'text-muted', isNeutral: true, defaults: { light: '#60646c', dark: '#b0b4ba' } },
  { name: 'border', isNeutral: true, defaults: { light: '#d9d9e0', dark: '#363a3f' } },
  { name: 'focus', isNeutral: false, defaults: { light: '#9b9ef0', dark: '#5958b1' } },
  { name: 'danger', isNeutral: true, defaults: { light: '#ce2c31', dark: '#ff9592' } },
] as const satisfies readonly ThemeColor[];

export type ThemeColorName = (typeof themeColors)[number]['name'];

/** In CSS pixels. */
export type ThemeLength = { name: string; min: number; max: number; default: number };

export const themeLengths = [
  { name: 'radius', min: 0, max: 32, default: 8 },
  { name: 'radius-l', min: 0, max: 32, default: 10 },
  { name: 'font-size', min: 12, max: 24, default: 15 },
] as const satisfies readonly ThemeLength[];

/** How close things stand. */
export const themeDensities = ['comfortable', 'compact'] as const;

/** Names of fonts that visitors have, or families of CSS, separated by commas: no address, nothing that loads. */
export function isFontList(text: string): boolean {
  const names = text.split(',').map((name) => name.trim().replace(/^(["'])(.*)\1$/, '$2'));
  return names.length <= 8 && names.every((name) => /^-?[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,60}$/u.test(name));
}

/** What has to be readable on what, in each scheme. */
export const themeContrasts = [
  { front: 'text', back: 'bg' },
  { front: 'text-muted', back: 'bg' },
  { front: 'text', back: 'surface' },
  { front: 'on-accent', back: 'accent' },
] as const satisfies readonly { front: ThemeColorName; back: ThemeColorName }[];
