import type { ErrorCode } from '@microapp/contract';
import Type from 'typebox';
import { AppError } from '../../platform/app-error.ts';
import { defineRoute, messagePage, type Content, type RequestFacts, type Route } from '../../platform/http/index.ts';
import { beginProviderSignIn, type ProviderSignInDeps } from './begin-provider-sign-in.ts';
import { finishProviderSignIn } from './finish-provider-sign-in.ts';

const tag = 'Signing in';
export const beginPath = '/sign-in/oidc';

// Loose, because what is wrong here is shown to a person, as a page; and the provider may add what it likes.
const AnyQuery = Type.Object({}, { additionalProperties: true });

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
      longOperation: ({ query, request }) =>
        orPage(request, () => finishProviderSignIn(deps, { query: { ...query }, request })),
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
  const words = wordsByCode[code];
  return words ?? { title: message, sentence: hint ?? 'Begin again.' };
}

const wordsByCode: Readonly<Partial<Record<ErrorCode, { title: string; sentence: string }>>> = {
  unavailable: {
    title: 'The identity provider does not answer',
    sentence: 'Nothing is wrong with your account. Try again in a moment, or sign in with an owner key.',
  },
  invalid_token: {
    title: 'You are not signed in',
    sentence: 'The sign-in was called off, took too long, or was used before. Begin again.',
  },
  permission_denied: {
    title: 'You have no role here',
    sentence:
      'You are signed in at your identity provider, and it gives you none of the roles viewer, developer and admin. Ask your administrator for one.',
  },
};
