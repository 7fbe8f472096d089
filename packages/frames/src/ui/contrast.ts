/** A color as a screen shows it: red, green and blue of sRGB, and how opaque it is, each from 0 to 1. */
export type Color = { red: number; green: number; blue: number; alpha: number };

/** Reads a color of CSS; `undefined` when it is none. */
export type ColorReader = (color: string) => Color | undefined;

/** Between text and what it stands on (WCAG 2, success criterion 1.4.3). */
export const contrastMin = 4.5;

/** Whether text of that color can be read on that background; what is no color is not judged. */
export function isReadable(front: string, back: string, read: ColorReader, min = contrastMin): boolean {
  const [one, other] = [read(front), read(back)];
  return one === undefined || other === undefined || contrastOf(luminanceOf(one), luminanceOf(other)) >= min;
}

/** Black or white, whichever can be read better. */
export function readableOn(back: string, read: ColorReader): '#ffffff' | '#000000' {
  const color = read(back);
  const luminance = color === undefined ? 1 : luminanceOf(color);
  return contrastOf(1, luminance) > contrastOf(0, luminance) ? '#ffffff' : '#000000';
}

/** The same color, as far on its way to black or white as it takes to be read on that background: what it means stays. */
export function readableShadeOf(front: string, back: string, read: ColorReader, min = contrastMin): string {
  const end = readableOn(back, read);
  const color = read(front);
  if (color === undefined) return end;
  const { red, green, blue } = color;
  const shade = (share: number): string => {
    const mixed = [red, green, blue].map((part) => part + ((end === '#ffffff' ? 1 : 0) - part) * share);
    return `#${mixed
      .map((part) =>
        Math.round(part * 255)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
  };
  return shares.map(shade).find((candidate) => isReadable(candidate, back, read, min)) ?? end;
}

/** Coarse steps: a shade or two more than needed is not seen. */
const shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Relative luminance of WCAG 2, 0 to 1. */
function luminanceOf({ red, green, blue }: Color): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(share: number): number {
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function contrastOf(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/**
 * Has a browser read colors, in whatever notation: an element that is never drawn is given the color, mixed with nothing,
 * which browsers tell as `color(srgb 0.1 0.2 0.3 / 0.5)`. A canvas would not do: some browsers answer with noise.
 */
export function colorReaderOf({ head }: Document): ColorReader {
  return (color) => {
    head.style.color = '';
    head.style.color = `color-mix(in srgb, ${color} 100%, transparent)`;
    const text = head.style.color === '' ? '' : getComputedStyle(head).color;
    head.removeAttribute('style');
    return readComputed(text);
  };
}

/** A color as browsers tell computed ones: `color(srgb 1 0 0)`, `rgb(255, 0, 0)`, `rgba(255, 0, 0, 0.5)`. */
export function readComputed(text: string): Color | undefined {
  const [, name = '', parts = ''] = /^(color\(srgb|rgba?\()([^)]*)\)$/.exec(text) ?? [];
  const [red, green, blue, alpha = 1] = (parts.match(/-?[\d.]+(?:e-?\d+)?|none/g) ?? []).map(
    (part) => Number(part) || 0,
  );
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const max = name.startsWith('rgb') ? 255 : 1;
  const share = (value: number) => Math.min(1, Math.max(0, value / max));
  return { red: share(red), green: share(green), blue: share(blue), alpha };
}
