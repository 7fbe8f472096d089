/** How readable one color is on another, as WCAG 2 measures it. Colors are opaque and hexadecimal: `#5b5bd6`, `#fff`. */

/** What text needs against what it stands on. */
export const contrastMin = 4.5;

type Rgb = readonly [red: number, green: number, blue: number];

/** From 1, the same color, to 21, black on white; undefined for what is no opaque hexadecimal color. */
export function contrastOf(one: string, other: string): number | undefined {
  const [first, second] = [rgbOf(one), rgbOf(other)];
  if (first === undefined || second === undefined) return undefined;
  return ratioOf(luminanceOf(first), luminanceOf(second));
}

/** Black or white: what reads better on `back`. Nothing reads worse than 4.5:1 on any color this way. */
export function blackOrWhiteOn(back: string): '#000000' | '#ffffff' {
  return (contrastOf('#ffffff', back) ?? 0) >= (contrastOf('#000000', back) ?? 0) ? '#ffffff' : '#000000';
}

/**
 * The shade of `front` nearest to it that is readable on `back`: mixed with black or white as little as it takes. The
 * color itself where it is readable, or where one of the two is no opaque hexadecimal color.
 */
export function readableOn(front: string, back: string, min = contrastMin): string {
  const [color, ground] = [rgbOf(front), rgbOf(back)];
  if (color === undefined || ground === undefined) return front;
  const backLuminance = luminanceOf(ground);
  const towards: Rgb = blackOrWhiteOn(back) === '#ffffff' ? [255, 255, 255] : [0, 0, 0];
  for (let percent = 0; percent <= 100; percent += 2) {
    const mixed = mix(color, towards, percent / 100);
    if (ratioOf(luminanceOf(mixed), backLuminance) >= min) return percent === 0 ? front : hexOf(mixed);
  }
  return hexOf(towards);
}

/** `share` of the way from one color to another, 0 to 1; the first where one of the two is no opaque hexadecimal color. */
export function mixedColor(from: string, to: string, share: number): string {
  const [one, other] = [rgbOf(from), rgbOf(to)];
  return one === undefined || other === undefined ? from : hexOf(mix(one, other, share));
}

function rgbOf(color: string): Rgb | undefined {
  const [, hex] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color.trim()) ?? [];
  if (hex === undefined) return undefined;
  const digits = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex;
  const part = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

function hexOf(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function mix(color: Rgb, towards: Rgb, share: number): Rgb {
  const part = (at: 0 | 1 | 2): number => Math.round(color[at] + (towards[at] - color[at]) * share);
  return [part(0), part(1), part(2)];
}

/** Relative luminance, 0 to 1. */
function luminanceOf(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function ratioOf(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
