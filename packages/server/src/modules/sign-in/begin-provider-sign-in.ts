import { AppError, invalid } from '../../platform/app-error.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Content } from '../../platform/http/index.ts';
import type { CodeFlow } from '../../platform/oidc/index.ts';
import { setCookie } from '../dashboard-sessions/index.ts';
import type { SignInDeps } from './routes.ts';
import { parseReturnPath } from './return-path.ts';
import { sealSignIn, signInCookie, signInSecondsMax } from './sign-in-cookie.ts';

export type ProviderSignInDeps = SignInDeps & {
  envelope: Envelope;
  /** Undefined: no identity provider is set up for signing in. */
  codeFlow: CodeFlow | undefined;
};

const randomBytesEach = 32;

/**
 * Sends the browser to the identity provider. What ties the answer to this browser is sealed in a cookie of this browser,
 * so nothing is kept for sign-ins that nobody finishes.
 */
export async function beginProviderSignIn(
  deps: ProviderSignInDeps,
  { returnTo }: { returnTo: unknown },
): Promise<Content> {
  const { random, publicUrl, clock } = deps;
  const codeFlow = codeFlowOf(deps);
  const path = typeof returnTo === 'string' ? parseReturnPath(returnTo) : undefined;
  if (path === undefined) throw invalid([{ path: 'returnTo', message: 'is no path of the dashboard' }]);
  const randomText = (): string => Buffer.from(random.bytes(randomBytesEach)).toString('base64url');
  const secrets = { state: randomText(), nonce: randomText(), verifier: randomText() };
  const location = await codeFlow.begin(secrets);
  const value = sealSignIn(deps.envelope, { ...secrets, returnTo: path, startedAt: clock.now() });
  return {
    status: 303,
    headers: {
      location: location.href,
      'set-cookie': setCookie(publicUrl, {
        name: signInCookie,
        value,
        maxAgeSeconds: signInSecondsMax,
        // Lax: the provider's redirect comes from another site.
        sameSite: 'Lax',
        path: '/',
      }),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: '',
  };
}

/** The way to the provider. Throws `not_found` where none is set up. */
export function codeFlowOf({ codeFlow }: ProviderSignInDeps): CodeFlow {
  if (codeFlow !== undefined) return codeFlow;
  throw new AppError('not_found', {
    message: 'No identity provider is set up',
    hint: 'Sign in with an owner key, or with a link from an admin.',
  });
}
