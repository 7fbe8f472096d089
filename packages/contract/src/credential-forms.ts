import { apiKeyLength } from './api-key-forms.ts';
import { credentialChecksumLength, hasItsChecksum } from './credential-checksum.ts';

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

const prefixPattern = `(?:${Object.values(credentialForms).join('|')})`;
const bodyPattern = `[0-9A-Za-z]{${credentialRandomLength + credentialChecksumLength}}`;
const wholePattern = new RegExp(`^${prefixPattern}${bodyPattern}$`);
// No boundary at the end: a token that something was appended to is still a leaked token. Looks ahead and consumes
// nothing, or something that only looks like a token could swallow the first letters of a real one.
const anywherePattern = new RegExp(`(?=(${prefixPattern}${bodyPattern}))`, 'g');

/** The class of a well-formed opaque credential, checksum included; undefined for anything else. */
export function credentialClassOf(text: string): OpaqueClass | undefined {
  if (!wholePattern.test(text) || !hasItsChecksum(text)) return undefined;
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
