import {
  contrastMin,
  contrastOf,
  mixedColor,
  readableOn,
  themeColors,
  themeContrasts,
  type ThemeColorName,
  type ThemeScheme,
} from '@microapp/contract';

/** Tokens by name, as a surface keeps them. */
export type Theme = Readonly<Record<string, string>>;

/** Whether a widget follows the visitor's scheme, or keeps to one. */
export type SchemeChoice = 'auto' | ThemeScheme;

const colors = new Map(themeColors.map((color) => [color.name, color]));

/**
 * What a theme makes of the visitor's scheme, as frames read it: one background keeps the widget to the scheme that it
 * looks like; both, or none, follow the visitor.
 */
export function schemeChoiceOf(theme: Theme): SchemeChoice {
  const { bg } = theme;
  if (bg === undefined || theme['bg-dark'] !== undefined) return 'auto';
  return (contrastOf('#ffffff', bg) ?? 0) > (contrastOf('#000000', bg) ?? 21) ? 'dark' : 'light';
}

/** Boxes and lines on a background of somebody's own are shades of it, by so much of the text's color. */
const derivedShares: Partial<Record<ThemeColorName, number>> = { surface: 0.04, border: 0.2 };

/** The color that a frame shows in that scheme. */
export function colorOf(theme: Theme, name: ThemeColorName, scheme: ThemeScheme): string {
  const share = derivedShares[name];
  if (share !== undefined && !isOwnColor(theme, name, scheme) && isOwnColor(theme, 'bg', scheme)) {
    return mixedColor(colorOf(theme, 'bg', scheme), colorOf(theme, 'text', scheme), share);
  }
  const choice = schemeChoiceOf(theme);
  const color = colors.get(name);
  const fallback = color?.defaults[scheme] ?? '#000000';
  if (scheme === 'light') return (choice === 'dark' && color?.isNeutral ? undefined : theme[name]) ?? fallback;
  const ofBoth = color?.isNeutral === true && choice !== 'dark' ? undefined : theme[name];
  return theme[`${name}-dark`] ?? ofBoth ?? fallback;
}

/** Whether the theme says so itself, or the frame's own color shows. */
function isOwnColor(theme: Theme, name: ThemeColorName, scheme: ThemeScheme): boolean {
  return theme[keyOf(theme, name, scheme)] !== undefined;
}

/** The theme with that color in that scheme; without a color, with the frame's own. */
export function withColor(theme: Theme, name: ThemeColorName, scheme: ThemeScheme, color: string | undefined): Theme {
  return withToken(theme, keyOf(theme, name, scheme), color);
}

export function withToken(theme: Theme, key: string, value: string | undefined): Theme {
  const { [key]: _, ...others } = theme;
  return value === undefined ? others : { ...others, [key]: value };
}

function keyOf(theme: Theme, name: ThemeColorName, scheme: ThemeScheme): string {
  return schemeChoiceOf(theme) === 'auto' && scheme === 'dark' ? `${name}-dark` : name;
}

/** The theme, made to follow the visitor or to keep to one scheme. Its colors in that scheme stay what they are. */
export function withSchemeChoice(theme: Theme, choice: SchemeChoice): Theme {
  const before = schemeChoiceOf(theme);
  if (choice === before) return theme;
  const others = Object.fromEntries(Object.entries(theme).filter(([key]) => !isColorKey(key)));
  if (choice === 'auto') return { ...others, ...bothFrom(theme, before) };
  const kept: Record<string, string> = { ...others, bg: colorOf(theme, 'bg', choice) };
  for (const { name, isNeutral } of themeColors) {
    const isSaid = isNeutral
      ? before === 'auto' && isOwnColor(theme, name, choice)
      : theme[name] !== undefined || theme[`${name}-dark`] !== undefined;
    if (isSaid) kept[name] = colorOf(theme, name, choice);
  }
  return kept;
}

function bothFrom(theme: Theme, before: SchemeChoice): Record<string, string> {
  const both: Record<string, string> = {
    bg: colorOf(theme, 'bg', 'light'),
    'bg-dark': colorOf(theme, 'bg', 'dark'),
  };
  for (const { name, isNeutral } of themeColors) {
    const own = theme[name];
    if (own === undefined) continue;
    both[before === 'dark' && isNeutral ? `${name}-dark` : name] = own;
  }
  return both;
}

function isColorKey(key: string): boolean {
  return themeColors.some(({ name }) => key === name || key === `${name}-dark`);
}

/**
 * Every token for one scheme, in both spellings, so that a frame which has been told an earlier theme shows this one and
 * nothing of the other.
 */
export function previewTokens(theme: Theme, scheme: ThemeScheme, defaults: Theme): Record<string, string> {
  const tokens: Record<string, string> = { ...defaults };
  for (const [key, value] of Object.entries(theme)) if (!isColorKey(key)) tokens[key] = value;
  for (const { name } of themeColors) {
    const color = colorOf(theme, name, scheme);
    tokens[name] = color;
    tokens[`${name}-dark`] = color;
  }
  return tokens;
}

export type Contrast = {
  front: ThemeColorName;
  back: ThemeColorName;
  /** Undefined where a color is none that can be judged. */
  ratio: number | undefined;
  isReadable: boolean;
  /** The nearest shade of the front that can be read. */
  mended: string;
};

/** How readable the theme is in that scheme. */
export function contrastsOf(theme: Theme, scheme: ThemeScheme): Contrast[] {
  return themeContrasts.map(({ front, back }) => {
    const [one, other] = [colorOf(theme, front, scheme), colorOf(theme, back, scheme)];
    const ratio = contrastOf(one, other);
    return {
      front,
      back,
      ratio,
      isReadable: ratio === undefined || ratio >= contrastMin,
      mended: readableOn(one, other),
    };
  });
}
