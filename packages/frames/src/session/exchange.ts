import type { RedeemedSession, RefreshedSession, SessionTicket } from '@microapp/contract';
import type { Static } from 'typebox';
import { Failure } from './failure.ts';
import { sendJson, type Network } from './send-json.ts';

/**
 * What the host hands over, a one-use ticket or an embed token that the frame exchanges for one; or the token of the
 * frame's own address, with the record that the address names.
 */
export type Credential = { ticket: string } | { token: string } | UrlCredential;
export type UrlCredential = { urlToken: string; for: string };

/**
 * Where this frame stands. `slug` and `surfaceId` are those of its URL; `parentOrigin` is the verified sender of INIT, or
 * without a handshake what the browser says of the page around.
 */
export type Place = { parentOrigin: string; slug?: string | undefined; surfaceId?: string | undefined };

export type SessionToken = Static<typeof RefreshedSession>;
export type Redeemed = Static<typeof RedeemedSession>;

const timeoutMs = 10_000;

/** Exchanges what the host handed over, or the address brought, for a session. */
export async function redeem(
  network: Network,
  place: Place,
  credential: Credential,
  signal: AbortSignal,
): Promise<Redeemed> {
  const { parentOrigin, surfaceId } = place;
  const presented =
    'token' in credential ? { ticket: await ticketFor(network, place, credential.token, signal) } : credential;
  const answer = await sendJson(network, {
    method: 'POST',
    path: '/v1/embed/sessions/redeem',
    body: { ...presented, surfaceId, parentOrigin },
    timeoutMs,
    signal,
  });
  checkSession(answer);
  return answer as Redeemed;
}

async function ticketFor(
  network: Network,
  { slug, parentOrigin }: Place,
  token: string,
  signal: AbortSignal,
): Promise<string> {
  const answer = await sendJson(network, {
    method: 'POST',
    path: '/v1/embed/sessions',
    headers: { 'x-microapp-embed-token': token },
    body: { app: slug, parentOrigin },
    timeoutMs,
    signal,
  });
  const { ticket } = answer as Partial<Static<typeof SessionTicket>>;
  if (typeof ticket !== 'string') throw new Failure('unreachable');
  return ticket;
}

/** The next token of the same session. The server refuses (401) half an hour after the redeem. */
export async function refresh(network: Network, token: string, signal: AbortSignal): Promise<SessionToken> {
  const answer = await sendJson(network, {
    method: 'POST',
    path: '/v1/embed/sessions/refresh',
    headers: { authorization: `Bearer ${token}` },
    timeoutMs,
    signal,
  });
  checkSession(answer);
  return answer;
}

/** Frame and server are of one release, so only what a broken proxy could spoil is checked. */
function checkSession(answer: unknown): asserts answer is SessionToken {
  const { token, expiresIn } = answer as Partial<SessionToken>;
  if (typeof token !== 'string' || typeof expiresIn !== 'number' || !(expiresIn > 0)) throw new Failure('unreachable');
}
