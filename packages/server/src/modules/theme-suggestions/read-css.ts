import { hexOf, type ColorUse } from './color-use.ts';

// Style sheets are a stranger's and may be made to be slow: one pass over the text, and no pattern that looks twice.

export type CssRule = { selector: string; declarations: readonly { property: string; value: string }[] };

const valueLengthMax = 300;
/** Of one style sheet, and of all style elements of a page: ten times what large ones have. */
export const rulesMax = 20_000;
const variableDepthMax = 5;
/** More colors than any page has of its own; each may lead through variables. */
const declarationsReadMax = 20_000;
const colorProperties = /^(color|fill|stroke|border(-[a-z]+)?(-color)?|outline(-color)?|background(-color)?)$/;
const brandName = /primary|brand|accent|theme|main|cta/;
/** What these say is no brand's own color. */
const meaningName = /success|danger|error|warn|info|valid|alert|shadow/;
const pageSelector = /(^|,)\s*(html|body|:root)\s*(,|$)/;
const actionSelector = /btn|button|cta|(^|[\s,])a\b|link/;
const colorText = /#[\da-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\([^()]*\)/gi;

/** The first rules of a style sheet, those inside of media queries included. */
export function rulesIn(css: string): CssRule[] {
  return withoutComments(css)
    .split('}', rulesMax)
    .flatMap((chunk) => {
      const opening = chunk.lastIndexOf('{');
      if (opening === -1) return [];
      const before = chunk.slice(0, opening);
      const selector = before.slice(Math.max(before.lastIndexOf('{'), before.lastIndexOf(';')) + 1);
      return [
        { selector: selector.trim().slice(0, valueLengthMax), declarations: declarationsIn(chunk.slice(opening + 1)) },
      ];
    });
}

/** What stands between braces, or in a `style` attribute. Values too long for a color are left out. */
export function declarationsIn(text: string): { property: string; value: string }[] {
  return text.split(';').flatMap((declaration) => {
    const colon = declaration.indexOf(':');
    if (colon === -1 || declaration.length > valueLengthMax) return [];
    const property = declaration.slice(0, colon).trim().toLowerCase();
    return [{ property, value: declaration.slice(colon + 1).trim() }];
  });
}

/** The colors of rules, each by what it is used for. Variables are followed wherever they are set. */
export function colorsOf(rules: readonly CssRule[]): ColorUse[] {
  const variables = new Map(
    rules.flatMap(({ declarations }) =>
      declarations.flatMap(({ property, value }) => (property.startsWith('--') ? [[property, value] as const] : [])),
    ),
  );
  let left = declarationsReadMax;
  return rules.flatMap(({ selector, declarations }) =>
    declarations.flatMap(({ property, value }) => {
      const place = left > 0 ? placeOf(selector, property) : undefined;
      if (place !== undefined) left -= 1;
      return place === undefined ? [] : colorsIn(resolved(value, variables)).map((color) => ({ color, ...place }));
    }),
  );
}

function placeOf(selector: string, property: string): Omit<ColorUse, 'color'> | undefined {
  if (meaningName.test(property) || meaningName.test(selector)) return undefined;
  if (property.startsWith('--')) return { weight: brandName.test(property) ? 20 : 0.5, role: 'other' };
  if (!colorProperties.test(property)) return undefined;
  if (pageSelector.test(selector)) {
    if (property.startsWith('background')) return { weight: 10, role: 'background' };
    if (property === 'color') return { weight: 10, role: 'text' };
  }
  if (actionSelector.test(selector)) return { weight: property.startsWith('background') ? 5 : 2, role: 'other' };
  return { weight: 1, role: 'other' };
}

function resolved(value: string, variables: ReadonlyMap<string, string>): string {
  let text = value;
  for (let depth = 0; depth < variableDepthMax && text.includes('var('); depth++) {
    text = text
      .replaceAll(/var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)/g, (_, name: string, fallback = '') => {
        return variables.get(name) ?? String(fallback);
      })
      .slice(0, valueLengthMax);
  }
  return text;
}

function colorsIn(value: string): string[] {
  const found = value.match(colorText) ?? [value.replace(/!important$/i, '').trim()];
  return found.flatMap((text) => hexOf(text) ?? []);
}

function withoutComments(css: string): string {
  const kept: string[] = [];
  for (let at = 0; ;) {
    const start = css.indexOf('/*', at);
    if (start === -1) return kept.concat(css.slice(at)).join('');
    kept.push(css.slice(at, start));
    const end = css.indexOf('*/', start + 2);
    if (end === -1) return kept.join('');
    at = end + 2;
  }
}
