const linkProtocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/**
 * The address of a link that may be followed, as a browser would understand it; `undefined` for every other, be it code
 * (`javascript:`), data, or relative: a tool's text has no place of its own that it could be relative to.
 */
export function safeHref(href: string): string | undefined {
  const url = URL.parse(decodedEntities(href));
  return url !== null && linkProtocols.has(url.protocol) ? url.href : undefined;
}

/** The address of an image on our own host; `undefined` for every other. */
export function safeImage(src: string, ownOrigin: string): string | undefined {
  const url = URL.parse(decodedEntities(src), ownOrigin);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return url !== null && isWeb && url.origin === ownOrigin ? url.href : undefined;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  euro: '€',
};

/**
 * Text with its character references replaced: those that people and models write, and all numeric ones. No markup can
 * come of it, since what it is put into takes text only.
 */
export function decodedEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    const digits = (decimal ?? hex) as string | undefined;
    if (digits === undefined) return entities[String(name)] ?? whole;
    const point = Number.parseInt(digits, decimal === undefined ? 16 : 10);
    return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
      ? String.fromCodePoint(point)
      : whole;
  });
}
