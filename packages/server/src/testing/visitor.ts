import { expectStatus, ownUrl, type Answer, type Ask, type Owner, type Scenario } from './scenario.ts';

type Surface = { id: string; clientToken: string };

/** What a host page on `origin` sends to the session endpoint. */
export function sessionRequest(surface: Surface, origin: string | undefined, fields: object = {}): Ask {
  return {
    method: 'POST',
    url: '/v1/embed/sessions',
    headers: origin === undefined ? {} : { origin },
    body: { key: surface.clientToken, ...fields },
  };
}

/** What a frame sends to redeem the ticket of a page on `parentOrigin`. */
export function redeemRequest(ticket: string, parentOrigin: string, fields: object = {}): Ask {
  return {
    method: 'POST',
    url: '/v1/embed/sessions/redeem',
    headers: { origin: ownUrl },
    body: { ticket, parentOrigin, ...fields },
  };
}

/** What a frame sends to get the next token of its session. */
export function refreshRequest(session: string, origin: string | undefined = ownUrl): Ask {
  return {
    method: 'POST',
    url: '/v1/embed/sessions/refresh',
    headers: { authorization: `Bearer ${session}`, ...(origin === undefined ? {} : { origin }) },
  };
}

/** What a frame sends to run a tool. */
export function sessionRun(session: string, slug: string, inputs: unknown, origin: string | undefined = ownUrl): Ask {
  return {
    method: 'POST',
    url: `/api/tools/${slug}/run`,
    headers: { authorization: `Bearer ${session}`, ...(origin === undefined ? {} : { origin }) },
    body: { inputs },
  };
}

/** A ticket for a page on `origin`, by a surface's client token. */
export async function ticketOf({ ask }: Scenario, surface: Surface, origin: string): Promise<string> {
  return (await expectStatus(ask(sessionRequest(surface, origin)), 201)).body.ticket;
}

/** A ticket that the holder of an embed token fetched from its backend for a page on `origin`. */
export async function backendTicket({ ask }: Scenario, token: string, origin: string, app?: string): Promise<string> {
  const asked: Ask = {
    method: 'POST',
    url: '/v1/embed/sessions',
    headers: { 'x-microapp-embed-token': token },
    body: { origin, ...(app === undefined ? {} : { app }) },
  };
  return (await expectStatus(ask(asked), 201)).body.ticket;
}

/** A session of a visitor on `origin` that began with a backend's ticket. */
export async function backendSession(scenario: Scenario, token: string, origin: string): Promise<string> {
  const ticket = await backendTicket(scenario, token, origin);
  return (await expectStatus(scenario.ask(redeemRequest(ticket, origin)), 200)).body.token;
}

/** A change by the owner that must succeed. */
export async function change(owner: Owner, url: string, body: object): Promise<Answer> {
  return expectStatus(owner.ask({ method: 'PATCH', url, body }), 200);
}
