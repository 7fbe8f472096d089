import { styleText } from 'node:util';

type Color = 'green' | 'red' | 'gray' | 'bold';

/** Colors a text, or leaves it as it is where nobody would see them. */
export type Paint = (color: Color, text: string) => string;

export function createPaint(isColored: boolean): Paint {
  if (!isColored) return (_color, text) => text;
  return (color, text) => styleText(color, text, { validateStream: false });
}
