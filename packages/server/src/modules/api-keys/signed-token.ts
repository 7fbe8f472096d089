import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { signatureLength, signedTokenLengthMax, SignedTokenPayload } from '@microapp/contract';
import { Compile } from 'typebox/compile';
import { isCanonicalBase64url } from '../../platform/crypto/canonical-base64url.ts';

/**
 * Signed tokens: `base64url(payload) . base64url(HMAC-SHA256)`, without padding. The HMAC is over the first part as it was
 * received, and its key is the raw API key, all 44 characters as text: that is how holders sign, in any language.
 *
 * Requirements of reading one:
 *
 *   1. One spelling per token. Base64 has several for the same bytes; the payload must decode and encode to itself, and
 *      signatures are compared as the text that we would have written.
 *   2. Exactly the fields that are documented, of exactly their types. A field that we do not know (`nbf`, say) may have
 *      been meant as a restriction, so it is refused and not ignored.
 *   3. Nothing is trusted before the signature is checked; what is parsed says so in its name.
 */
export type UnverifiedSignedToken = {
  payload: SignedTokenPayload;
  /** The first part, as received. */
  signedText: string;
  /** The second part, as received. */
  signature: string;
};

const tokenPattern = new RegExp(`^([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]{${signatureLength}})$`);
const payloadCheck = Compile(SignedTokenPayload);

/** The parts of a token whose form is right; undefined for anything else. Says nothing of who signed it. */
export function parseUnverifiedSignedToken(text: string): UnverifiedSignedToken | undefined {
  if (text.length > signedTokenLengthMax) return undefined;
  const [, signedText, signature] = tokenPattern.exec(text) ?? [];
  if (signedText === undefined || signature === undefined) return undefined;
  if (!isCanonicalBase64url(signedText)) return undefined;
  const payload = parseJson(Buffer.from(signedText, 'base64url').toString());
  return payloadCheck.Check(payload) ? { payload, signedText, signature } : undefined;
}

/** Whether this key signed it. The time does not depend on where a wrong signature differs; all have one length. */
export function isSignatureOf(key: KeyObject, { signedText, signature }: UnverifiedSignedToken): boolean {
  return timingSafeEqual(Buffer.from(signatureOf(key, signedText)), Buffer.from(signature));
}

/** A token for this payload, byte for byte what holders make of it. */
export function signToken(key: KeyObject, { kid, exp, scope, apps, sid }: SignedTokenPayload): string {
  const payload = { kid, exp, scope, apps, ...(sid === undefined ? {} : { sid }) };
  const signedText = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${signedText}.${signatureOf(key, signedText)}`;
}

function signatureOf(key: KeyObject, signedText: string): string {
  return createHmac('sha256', key).update(signedText).digest('base64url');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
