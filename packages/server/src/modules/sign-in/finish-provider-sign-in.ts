import { AppError } from '../../platform/app-error.ts';
import type { Content, RequestFacts } from '../../platform/http/index.ts';
import { userOf } from '../access/index.ts';
import { setCookie } from '../dashboard-sessions/index.ts';
import { beginSession } from './begin-session.ts';
import { codeFlowOf, type ProviderSignInDeps } from './begin-provider-sign-in.ts';
import { openSignIn, signInCookie } from './sign-in-cookie.ts';

const nameLengthMax = 200;

/**
 * Signs in whom the identity provider sent back. Order: this browser began it, in time → the provider's answer is to it →
 * the provider stands by it → owner → role. Only then is there a session, and the browser goes where it wanted to.
 */
export async function finishProviderSignIn(
  deps: ProviderSignInDeps,
  { query, request }: { query: Record<string, unknown>; request: RequestFacts },
): Promise<Content> {
  const { access, clock, db, publicUrl, envelope } = deps;
  const codeFlow = codeFlowOf(deps);
  const cookies = request.header('cookie');
  const underWay = openSignIn(envelope, { cookies, publicUrl, now: clock.now() });
  if (underWay === undefined) throw new AppError('invalid_token', { reason: 'provider_sign_in: not_begun_here' });
  const user = await deps.countFailures(request.address, () => codeFlow.finish(urlOf(publicUrl, query), underWay));
  const { ownerId, role } = await userOf(access, user, request.attribute);
  const holder = { kind: 'oidc_user', role, subject: user.subject, ...personOf(user) } as const;
  await db.withOwner({ ownerId }, (tx) => beginSession(deps, { tx, request }, { ownerId, holder }));
  return {
    status: 303,
    headers: {
      location: underWay.returnTo,
      'set-cookie': setCookie(publicUrl, {
        name: signInCookie,
        value: '',
        maxAgeSeconds: 0,
        sameSite: 'Lax',
        path: '/',
      }),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: '',
  };
}

/** The address that the provider has sent the browser to, as the provider knows it. */
function urlOf(publicUrl: string, query: Record<string, unknown>): URL {
  const url = new URL('/sign-in/oidc/callback', publicUrl);
  // What is there twice is no text, and then not there at all: no answer of a provider has it.
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'string') url.searchParams.set(name, value);
  }
  return url;
}

/** How the person is called; one without a name goes by what the provider does call them. */
function personOf({ subject, claims }: { subject: string; claims: Record<string, unknown> }) {
  const [name = subject] = [claims['name'], claims['preferred_username'], claims['email']].flatMap(textOf);
  return { name, email: textOf(claims['email'])[0] };
}

function textOf(claim: unknown): string[] {
  // The provider's own text, which the database has to be able to keep.
  const text = typeof claim === 'string' ? claim.replaceAll('\0', '').trim().slice(0, nameLengthMax) : '';
  return text === '' ? [] : [text];
}
