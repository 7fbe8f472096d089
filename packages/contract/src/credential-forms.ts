import { apiKeyLength } from './api-key-forms.ts';
import { toBase62 } from './base62.ts';

/**
 * Opaque credentials: prefix + 32 random base62 characters + checksum. The checksum is the CRC-32 (IEEE, as zlib's) of
 * everything before it, in base62, six characters. It is no security: it lets every door refuse garbage without a
 * look-up, lets a client say "this was cut off when copied", and lets a scanner find our tokens in any text.
 */
export const credentialForms = {
  owner_key: 'mk_',
  embed_token: 'mtok_',
  client_token: 'wk_pub_',
  embed_ticket: 'mtkt_',
  dashboard_session: 'mdsh_',
  member_link: 'mlnk_',
} as const;

export type OpaqueClass = keyof typeof credentialForms;

export const credentialRandomLength = 32;
export const credentialChecksumLength = 6;

const prefixPattern = `(?:${Object.values(credentialForms).join('|')})`;
const bodyPattern = `[0-9A-Za-z]{${credentialRandomLength + credentialChecksumLength}}`;
const wholePattern = new RegExp(`^${prefixPattern}${bodyPattern}$`);
// No boundary at the end: a token that something was appended to is still a leaked token. Looks ahead and consumes
// nothing, or something that only looks like a token could swallow the first letters of a real one.
const anywherePattern = new RegExp(`(?=(${prefixPattern}${bodyPattern}))`, 'g');

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE 802.3) of the characters of `text`, which must be ASCII. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc = (crc >>> 8) ^ (crcTable[(crc ^ text.charCodeAt(index)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The six-character checksum that follows `text` (prefix and random part). */
export function credentialChecksum(text: string): string {
  return toBase62(crc32(text), credentialChecksumLength);
}

/** The class of a well-formed opaque credential, checksum included; undefined for anything else. */
export function credentialClassOf(text: string): OpaqueClass | undefined {
  if (!wholePattern.test(text)) return undefined;
  const checksumAt = text.length - credentialChecksumLength;
  if (text.slice(checksumAt) !== credentialChecksum(text.slice(0, checksumAt))) return undefined;
  for (const [name, prefix] of Object.entries(credentialForms)) {
    if (text.startsWith(prefix)) return name as OpaqueClass; // keys of the table above
  }
  return undefined;
}

/** Whether `text` has the form of a credential of that class, checksum included. */
export function isWellFormed(credentialClass: OpaqueClass, text: string): boolean {
  return credentialClassOf(text) === credentialClass;
}

/** Every well-formed credential that stands somewhere in `text`. */
export function findCredentials(text: string): string[] {
  if (!text.includes('_')) return [];
  return [...text.matchAll(anywherePattern)]
    .map(([, found = '']) => found)
    .filter((found) => credentialClassOf(found) !== undefined);
}

/**
 * What looks like one of our credentials, with or without a good checksum; for redaction, where a near miss counts too.
 * Of a JWT it matches all but the header, which names an algorithm and a key, and of a signed token its signature:
 * beginning at the dot keeps the search linear, where beginning at `eyJ` is quadratic on a text that repeats it. Of API
 * keys, which have no prefix, it matches every run that is long enough. Secrets that sign our calls, `whsec_…`, open no
 * door of ours and are no class; in a log they are as wrong.
 */
export const credentialLikePattern = new RegExp(
  `(?<=${prefixPattern})[0-9A-Za-z]{8,}|(?<=whsec_)[0-9A-Za-z+/]{8,}=*|(?<=eyJ[A-Za-z0-9_-]{8,})(?:\\.[A-Za-z0-9_-]+)+|[A-Z0-9]{${apiKeyLength},}`,
  'g',
);
