import { fromBase62, toBase62 } from './base62.ts';

export const credentialChecksumLength = 6;

/** CRC-32 (IEEE 802.3) of the characters of `text`, which must be ASCII. Bit by bit: what is summed is short. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The six-character checksum that follows `text` (prefix and random part). */
export function credentialChecksum(text: string): string {
  return toBase62(crc32(text), credentialChecksumLength);
}

/** Whether a credential of the opaque kind ends in the checksum of what is before it. One that was cut off does not. */
export function hasItsChecksum(credential: string): boolean {
  const end = credential.length - credentialChecksumLength;
  return fromBase62(credential.slice(end)) === crc32(credential.slice(0, end));
}
