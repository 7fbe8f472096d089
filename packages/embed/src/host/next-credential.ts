import type { MountOptions, TicketReason } from '../options.ts';
import type { Secret } from './frame-link.ts';

/** What one INIT carries, and the frame that may have it. */
export type Credential = { secret: Secret; frameUrl: string };

/** The parts of the session endpoint's answers, good and bad, that are read here. */
type Answer = { ticket?: string; frameUrl?: string; code?: string; error?: string; hint?: string };

/**
 * A credential for one handshake: a fresh ticket by the client token or by the host's own backend, or the embed token.
 * The origin of `frameUrl` is believed because the installation itself, or that backend, named it.
 * Throws an Error whose message is the API's error code, or `no_network`, or `no_ticket`.
 */
export async function nextCredential(
  { embedKey, mtok, getToken, toolSlug, app = toolSlug, tokenId }: MountOptions,
  base: string,
  reason: TicketReason,
  signal: AbortSignal,
): Promise<Credential> {
  // A record's id is no credential; a token that was passed for one must not reach the address.
  const query = tokenId?.startsWith('etok_') ? `?for=${tokenId}` : '';
  const appUrl = `${base}embed/apps/${app}${query}`;
  if (!embedKey && mtok) return { secret: { token: mtok }, frameUrl: appUrl };
  let answer: Answer | undefined;
  try {
    answer = embedKey ? await askForTicket(embedKey) : await getToken?.({ reason, signal });
  } catch {
    throw new Error(embedKey ? 'no_network' : 'no_ticket');
  }
  const { ticket, frameUrl = appUrl, code = 'no_ticket', error, hint = '' } = answer ?? {};
  // A `javascript:` URL would run in the host page.
  if (ticket && /^https?:/.test(frameUrl)) return { secret: { ticket }, frameUrl };
  throw new Error(code, { cause: error && `${error} ${hint}` });

  async function askForTicket(key: string): Promise<Answer> {
    const response = await fetch(`${base}v1/embed/sessions`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key, app }),
      signal,
    });
    return (await response.json()) as Answer;
  }
}
