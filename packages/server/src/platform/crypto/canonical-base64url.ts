/**
 * Whether `text` is base64url as an encoder writes it: no padding, no other alphabet, no white space, and unused bits of
 * the last letter zero. A decoder takes up to sixteen spellings of the same bytes; whatever remembers or forbids a token
 * by its text must see only one of them.
 */
export function isCanonicalBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}
