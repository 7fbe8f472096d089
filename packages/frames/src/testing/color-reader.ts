import { readComputed, type ColorReader } from '../ui/contrast.ts';

/** Reads the notations that tests use, as a browser does: hexadecimal and `rgb()`. */
export const fakeColorReader: ColorReader = (color) => {
  const [, hex] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color) ?? [];
  if (hex === undefined) return readComputed(color);
  const digits = (hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex).match(/../g) ?? [];
  return readComputed(`rgb(${digits.map((pair) => Number.parseInt(pair, 16)).join(' ')})`);
};
