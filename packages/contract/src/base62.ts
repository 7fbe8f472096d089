export const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `value` in base62, most significant digit first, padded with `0` to `length` characters. */
export function toBase62(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) {
    text = base62Alphabet.charAt(rest % 62) + text;
  }
  return text;
}

/** The value of digits of base62, most significant first; NaN where something else is among them. */
export function fromBase62(text: string): number {
  let value = 0;
  // Capitals follow the digits as in base 36, and small letters the capitals.
  for (const digit of text) value = value * 62 + parseInt(digit, 36) + (digit > 'Z' ? 26 : 0);
  return value;
}
