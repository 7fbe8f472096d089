/**
 * API keys have no prefix and no checksum: their form was given. 44 upper-case letters and digits; the first eight are
 * shown to recognize a key by, so 36 count as secret (186 bits). A holder signs tokens with all 44.
 */
export const apiKeyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
export const apiKeyLength = 44;
export const apiKeyPrefixLength = 8;

const wholePattern = /^[A-Z0-9]{44}$/;
// Bounded on both sides, or every long base32 text would be one.
const anywherePattern = /(?<![A-Za-z0-9])[A-Z0-9]{44}(?![A-Za-z0-9])/;

/** Longer than any token that the documented snippets make for a hundred apps would need to be. */
export const signedTokenLengthMax = 2048;
/** Characters of an HMAC-SHA256 in base64url without padding. */
export const signatureLength = 43;

// Begins at the dot and looks back: beginning at the payload would be quadratic on a text that repeats its beginning.
const signedTokenPattern = new RegExp(`(?<=([\\w-]{20,}))\\.(?=([\\w-]{${signatureLength}})(?![\\w-]))`, 'g');
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether `text` has the form of an API key. No checksum: some other text of 44 such characters has it, too. */
export function isApiKeyForm(text: string): boolean {
  return wholePattern.test(text);
}

/** The first thing in `text` that stands alone and has the form of an API key. */
export function findApiKey(text: string): string | undefined {
  return anywherePattern.exec(text)?.[0];
}

/**
 * The first thing in `text` that reads like a signed token: two base64url parts, of which the first is a JSON object with
 * a UUID as `kid` and an `exp`. Who signed it is not looked at: nobody else's has a claim to pass for one.
 */
export function findSignedToken(text: string): string | undefined {
  for (const [, payload = '', signature = ''] of text.matchAll(signedTokenPattern)) {
    if (isSignedTokenPayload(payload)) return `${payload}.${signature}`;
  }
  return undefined;
}

function isSignedTokenPayload(part: string): boolean {
  if (part.length > signedTokenLengthMax) return false;
  const text = decodeBase64url(part);
  // A URL has room for many things to parse, and each that fails costs an exception.
  if (!text.includes('"kid"')) return false;
  try {
    const payload: unknown = JSON.parse(text);
    if (typeof payload !== 'object' || payload === null || !('kid' in payload) || !('exp' in payload)) return false;
    return typeof payload.kid === 'string' && uuidPattern.test(payload.kid);
  } catch {
    return false;
  }
}

function decodeBase64url(part: string): string {
  try {
    return atob(part.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}
