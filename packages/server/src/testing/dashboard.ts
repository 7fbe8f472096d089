import { sessionCookieName } from '../modules/dashboard-sessions/index.ts';
import { expectStatus, ownUrl, type Answer, type Ask, type Scenario } from './scenario.ts';

/** What a browser that is signed in to the dashboard holds. */
export type SignedIn = {
  id: string;
  /** The value of the cookie. */
  secret: string;
  csrfToken: string;
  /** What the sign-in was answered. */
  answer: Answer;
  /** Asks as the dashboard does: with the cookie and, for a change, the CSRF token, from our own page. */
  ask: (asked: Ask) => Promise<Answer>;
  /** Asks with the cookie and nothing else. */
  askWithCookie: (asked: Ask) => Promise<Answer>;
};

/** The request of the sign-in page. */
export function signInRequest(ownerKey: string, headers: Record<string, string> = {}): Ask {
  return {
    method: 'POST',
    url: '/v1/dashboard-sessions',
    headers: { origin: ownUrl, 'sec-fetch-site': 'same-origin', ...headers },
    body: { ownerKey },
  };
}

/** Signs in with an owner key; the first owner's when absent. */
export async function signIn(scenario: Scenario, ownerKey: string = scenario.owner.key): Promise<SignedIn> {
  return signedInBy(scenario, await expectStatus(scenario.ask(signInRequest(ownerKey)), 201));
}

/** What an answer has signed in: one that sets the cookie and tells the CSRF token. */
export function signedInBy(scenario: Scenario, answer: Answer): SignedIn {
  const secret = cookieSetBy(answer);
  const { id, csrfToken } = answer.body;
  const askWithCookie = (asked: Ask): Promise<Answer> =>
    scenario.ask({ ...asked, headers: { cookie: `${sessionCookieName(ownUrl)}=${secret}`, ...asked.headers } });
  return {
    id,
    secret,
    csrfToken,
    answer,
    askWithCookie,
    ask: (asked) =>
      askWithCookie({
        ...asked,
        headers: {
          'sec-fetch-site': 'same-origin',
          ...(asked.method === undefined || asked.method === 'GET'
            ? {}
            : { origin: ownUrl, 'x-csrf-token': csrfToken }),
          ...asked.headers,
        },
      }),
  };
}

/** The value of the session's cookie that an answer sets. */
export function cookieSetBy({ headers }: Answer): string {
  const value = /^[^=]+=([^;]*);/.exec(headers['set-cookie'] ?? '')?.[1];
  if (value === undefined) throw new Error('The answer sets no cookie.');
  return value;
}
