import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.gen.ts';

export type ErrorBody = components['schemas']['Error'];

/** What the server refused or failed at, in its own words; `code` is what the code branches on. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorBody['code'];
  /** 0 where no answer came at all. */
  readonly status: number;
  readonly hint: string | undefined;
  readonly issues: NonNullable<ErrorBody['issues']>;
  readonly requestId: string | undefined;

  constructor(status: number, body: Partial<ErrorBody>) {
    super(body.error ?? 'The server did not answer properly.');
    this.code = body.code ?? (status === 0 ? 'unavailable' : 'internal_error');
    this.status = status;
    this.hint = body.hint ?? hintFor(status);
    this.issues = body.issues ?? [];
    this.requestId = body.requestId;
  }
}

/** What to do where the server says nothing of it. Of a refused request the message or its issues say it. */
function hintFor(status: number): string | undefined {
  if (status === 0 || status >= 500) return 'Try again; if it stays, report the request id.';
  return status === 404 ? 'It may have been deleted, or the address is not complete.' : undefined;
}

type Session = { csrfToken: string | undefined; onSignedOut: () => void };

/** What requests need of the sign-in. There is one page, one session and one client, hence one of these. */
const session: Session = { csrfToken: undefined, onSignedOut: () => undefined };

/** Tells the client whose session it speaks for; without a token it can read only. */
export function setRequestSession(csrfToken: string | undefined, onSignedOut: () => void): void {
  session.csrfToken = csrfToken;
  session.onSignedOut = onSignedOut;
}

const withSession: Middleware = {
  onRequest({ request }) {
    // The cookie alone changes nothing: another site could make the browser send it.
    if (session.csrfToken !== undefined && request.method !== 'GET') {
      request.headers.set('X-CSRF-Token', session.csrfToken);
    }
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/v1/dashboard-sessions/current') session.onSignedOut();
  },
};

/** The management API, typed by its own description. */
export const api = createClient<paths>({ baseUrl: '/' });
api.use(withSession);

/**
 * The data of an answer. Throws `ApiError` with what the server said, or where there was no answer, with what to do.
 *
 *     const workspace = await answerOf(api.GET('/v1/workspaces/{id}', { params: { path: { id } } }));
 */
export async function answerOf<Data>(
  answer: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await answer.catch(() => {
    throw new ApiError(0, {
      error: 'The server cannot be reached.',
      hint: 'Check the connection, and that the server runs. Then try again.',
    });
  });
  // The error schema is the same for all operations.
  if (!response.ok) throw new ApiError(response.status, (error as Partial<ErrorBody> | undefined) ?? {});
  // A 204 has no data, and its operation says so by its type.
  return data as Data;
}
