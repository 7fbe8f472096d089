import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { isCanonicalBase64url } from '../../platform/crypto/canonical-base64url.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import { cookieNameAt, readCookies } from '../dashboard-sessions/index.ts';

/** The name, without its prefix, of the cookie of a sign-in that is under way at the identity provider. */
export const signInCookie = 'microapp_sign_in';
/** How long somebody may take there. */
export const signInSecondsMax = 600;

const place = 'sign-in/oidc';

const SignInUnderWay = Type.Object({
  state: Type.String(),
  nonce: Type.String(),
  verifier: Type.String(),
  returnTo: Type.String(),
  /** Epoch milliseconds. */
  startedAt: Type.Number(),
});
type SignInUnderWay = Type.Static<typeof SignInUnderWay>;
const underWayCheck = Compile(SignInUnderWay);

/** Sealed, so that whoever can write cookies here can neither choose the secrets nor where the sign-in leads. */
export function sealSignIn(envelope: Envelope, signIn: SignInUnderWay): string {
  return envelope.seal(Buffer.from(JSON.stringify(signIn)), place).toString('base64url');
}

/** The sign-in that this browser has begun; undefined for none, one that is over, and anything that we did not seal. */
export function openSignIn(
  envelope: Envelope,
  { cookies, publicUrl, now }: { cookies: string | undefined; publicUrl: string; now: number },
): SignInUnderWay | undefined {
  const [value, ...others] = readCookies(cookies, cookieNameAt(publicUrl, signInCookie));
  if (value === undefined || others.length > 0) return undefined;
  const signIn = unseal(envelope, value);
  return signIn !== undefined && signIn.startedAt + signInSecondsMax * 1000 > now ? signIn : undefined;
}

function unseal(envelope: Envelope, value: string): SignInUnderWay | undefined {
  if (!isCanonicalBase64url(value)) return undefined;
  try {
    const signIn: unknown = JSON.parse(envelope.open(Buffer.from(value, 'base64url'), place).toString());
    return underWayCheck.Check(signIn) ? signIn : undefined;
  } catch {
    return undefined;
  }
}
