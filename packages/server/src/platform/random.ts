import { randomBytes } from 'node:crypto';
import { base62Alphabet, idBodyLength, idPrefixes, type IdNoun } from '@microapp/contract';

/** A source of random bytes; `node:crypto` in the server, a seeded one in tests that need repeatable ids. */
export type Random = { bytes(count: number): Uint8Array };

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

// 248 is the largest multiple of 62 below 256: a byte from there up would favor the first characters.
const unbiasedBytesEnd = 248;

/** `length` random base62 characters (5.95 bits each), without modulo bias. */
export function randomBase62(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length - text.length + 8)) {
      if (byte < unbiasedBytesEnd && text.length < length) text += base62Alphabet.charAt(byte % 62);
    }
  }
  return text;
}

/** A fresh id such as `ws_4fT…`: the noun's prefix and 131 random bits. */
export function newId(random: Random, noun: IdNoun): string {
  return `${idPrefixes[noun]}_${randomBase62(random, idBodyLength)}`;
}
