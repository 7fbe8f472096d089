import type { MountOptions, Ticket, TicketReason } from '../options.ts';
import type { Secret } from './frame-link.ts';
import type { Answer, Ask } from '../widget.ts';

/** What one INIT carries, and the frame that may have it. A list, because each name of a member would be bytes. */
export type Credential = [secret: Secret, frameUrl: string];

/**
 * A credential for one handshake: a fresh ticket by the client token or by the host's own backend, or the embed token.
 * The origin of `frameUrl` is believed because the installation itself, or that backend, named it.
 * Throws an Error whose message is the API's error code, or `no_network`, or `no_ticket`.
 */
export async function nextCredential(
  { embedKey, mtok, getToken, app, tokenId }: MountOptions,
  base: string,
  reason: TicketReason,
  signal: AbortSignal,
  ask: Ask,
): Promise<Credential> {
  // A record's id is no credential; a token that was passed for one must not reach the address.
  const appUrl = `${base}embed/apps/${app}${tokenId?.startsWith('etok_') ? `?for=${tokenId}` : ''}`;
  if (!embedKey && mtok) return [{ token: mtok }, appUrl];
  let answer: Answer | Ticket | undefined;
  try {
    answer = embedKey ? await ask('sessions', { key: embedKey, app }, signal) : await getToken?.({ reason, signal });
  } catch {
    throw new Error(embedKey ? 'no_network' : 'no_ticket');
  }
  // What a backend of the host adds is what the API says: it may pass on the refusal.
  const { ticket, frameUrl = appUrl, code = 'no_ticket', error, hint } = (answer ?? {}) as Answer;
  // A `javascript:` URL would run in the host page.
  if (ticket && /^https?:/.test(frameUrl)) return [{ ticket }, frameUrl];
  // What is wrong and, if the server says so, what mends it: a line each.
  throw new Error(code, { cause: error && [error, hint].join('\n') });
}
