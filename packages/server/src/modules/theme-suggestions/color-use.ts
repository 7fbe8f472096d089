import { converter, formatHex, parse } from 'culori';

/** A color, and how much it counts where it was found. */
export type ColorUse = {
  /** `#rrggbb` */
  color: string;
  weight: number;
  /** What the page itself stands on, and is written in; everything else may be an accent. */
  role: 'background' | 'text' | 'other';
};

const opaqueMin = 0.9;
const toRgb = converter('rgb');

/** A color of CSS as `#rrggbb`; undefined for what is none, and for what shows through. */
export function hexOf(text: string): string | undefined {
  const color = parse(text.trim());
  if (color === undefined || (color.alpha ?? 1) < opaqueMin) return undefined;
  return formatHex({ ...toRgb(color), alpha: 1 });
}
