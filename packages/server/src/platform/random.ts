import { randomBytes } from 'node:crypto';
import { base62Alphabet, idBodyLength, idPrefixes, type IdNoun } from '@microapp/contract';

/** A source of random bytes; `node:crypto` in the server, a seeded one in tests that need repeatable ids. */
export type Random = { bytes(count: number): Uint8Array };

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

/** `length` random characters of `alphabet`, which has at most 256, each as likely as any other. */
export function randomText(random: Random, alphabet: string, length: number): string {
  // The largest multiple of the alphabet's size up to 256: a byte from there up would favor the first characters.
  const unbiasedBytesEnd = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length - text.length + 8)) {
      if (byte < unbiasedBytesEnd && text.length < length) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}

/** `length` random base62 characters (5.95 bits each), without modulo bias. */
export function randomBase62(random: Random, length: number): string {
  return randomText(random, base62Alphabet, length);
}

/** A random UUID (version 4, RFC 9562): 122 random bits, lower case. */
export function newUuid(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A fresh id such as `ws_4fT…`: the noun's prefix and 131 random bits. */
export function newId(random: Random, noun: IdNoun): string {
  return `${idPrefixes[noun]}_${randomBase62(random, idBodyLength)}`;
}
