import Type from 'typebox';
import { AppError } from '../../platform/app-error.ts';
import { defineRoute, messagePage, type Content, type RequestFacts, type Route } from '../../platform/http/index.ts';
import { beginProviderSignIn, type ProviderSignInDeps } from './begin-provider-sign-in.ts';
import { finishProviderSignIn } from './finish-provider-sign-in.ts';

const tag = 'Signing in';
export const beginPath = '/sign-in/oidc';

// Loose, because what is wrong here is shown to a person, as a page; and the provider may add what it likes.
const AnyQuery = Type.Record(Type.String(), Type.Unknown());

/** Signing in through the identity provider: a person's browser goes there and comes back, so every answer is a page. */
export function providerSignInRoutes(deps: ProviderSignInDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: beginPath,
      scope: 'public',
      host: 'public',
      tag,
      summary: 'To the identity provider, and back to the path `returnTo`',
      query: Type.Object({ returnTo: Type.Optional(Type.Unknown()) }, { additionalProperties: true }),
      answers: 'content',
      longOperation: ({ query, request }) =>
        orPage(request, () => beginProviderSignIn(deps, { returnTo: query.returnTo ?? '/' })),
    }),
    defineRoute({
      method: 'GET',
      path: `${beginPath}/callback`,
      scope: 'public',
      host: 'public',
      tag,
      summary: 'Where the identity provider sends the browser back to',
      query: AnyQuery,
      answers: 'content',
      longOperation: ({ query, request }) => orPage(request, () => finishProviderSignIn(deps, { query, request })),
    }),
  ];
}

/** What goes wrong, for the person who sits there; the log has the reason. Anything but an expected failure stays one. */
async function orPage(request: RequestFacts, answer: () => Promise<Content>): Promise<Content> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal_error') throw error;
    const { status, code, reason } = error;
    request.attribute({ code, reason });
    const { title, sentence } = wordsFor(error);
    const page = messagePage({
      status,
      title,
      paragraphs: [sentence],
      link: { href: '/sign-in', text: 'Back to signing in' },
      requestId: request.id,
    });
    return { ...page, headers: { ...page.headers, ...error.headers } };
  }
}

function wordsFor({ code, message, hint }: AppError): { title: string; sentence: string } {
  switch (code) {
    case 'unavailable':
      return {
        title: 'The identity provider does not answer',
        sentence: 'Nothing is wrong with your account. Try again in a moment, or sign in with an owner key.',
      };
    case 'invalid_token':
      return {
        title: 'You are not signed in',
        sentence: 'The sign-in was called off, took too long, or was used before. Begin again.',
      };
    case 'permission_denied':
      return {
        title: 'You have no role here',
        sentence:
          'You are signed in at your identity provider, and it gives you none of the roles viewer, developer and admin. Ask your administrator for one.',
      };
    default:
      return { title: message, sentence: hint ?? 'Begin again.' };
  }
}
