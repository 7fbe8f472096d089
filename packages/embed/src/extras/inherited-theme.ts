/** What a page's buttons look like, the important ones first. */
const buttons = 'button[type=submit],[type=submit],button,[role=button],a[class*=button i],a[class*=btn i]';

/** CSS pixels that the frame takes for corners. */
const radiusMax = 32;

/**
 * The look of the page around `place` as design tokens: background, text, font, and the color and corners of its buttons, else
 * the color of its links. What the page does not say is left out. The frame checks and corrects each of them, contrast included.
 */
export function inheritedTheme(place: Element): Record<string, string> {
  const { color: text, fontFamily: font, fontSize } = getComputedStyle(place);
  const bg = ancestorsOf(place)
    .map((element) => getComputedStyle(element).backgroundColor)
    .find(isOpaque);
  const button = nearest(place, buttons, (style) => isOpaque(style.backgroundColor) && style.backgroundColor !== bg);
  const link = button ?? nearest(place, 'a[href]', ({ color }) => color !== text);
  const accent = button?.backgroundColor ?? link?.color;
  const radius = button && `${Math.min(radiusMax, Number.parseFloat(button.borderTopLeftRadius) || 0)}px`;
  const theme = { bg, text, font, 'font-size': fontSize, accent, 'on-accent': button?.color, radius };
  return Object.fromEntries(Object.entries(theme).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** The style of the first element that fits, of the smallest part of the page around `place` that has one. */
function nearest(
  place: Element,
  selector: string,
  fits: (style: CSSStyleDeclaration) => boolean,
): CSSStyleDeclaration | undefined {
  for (const around of ancestorsOf(place)) {
    for (const element of around.querySelectorAll(selector)) {
      const style = getComputedStyle(element);
      if (fits(style)) return style;
    }
  }
  return undefined;
}

/** From `place` to the document's root. */
function ancestorsOf(place: Element): Element[] {
  const ancestors = [];
  for (let element: Element | null = place; element !== null; element = element.parentElement) ancestors.push(element);
  return ancestors;
}

/** Browsers tell a color without an alpha part where it is opaque. */
function isOpaque(color: string): boolean {
  return color !== 'transparent' && !/^rgba|\//.test(color);
}
