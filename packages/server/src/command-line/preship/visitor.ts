import { expectAnswer, requireText, type Answer, type Api } from '../api.ts';
import { hostOrigin, type Surface } from './stage.ts';

/** What a visitor's browser is given on its way into an embed. */
export type Visit = { opened: Answer; redeemed: Answer; frameUrl: string; session: string };

/** What a host page sends. */
export function askForTicket(api: Api, { clientToken }: Surface, body: object = {}): Promise<Answer> {
  const headers = { origin: hostOrigin };
  return api.ask({ method: 'POST', path: '/v1/embed/sessions', headers, body: { key: clientToken, ...body } });
}

/** What the holder of an embed token sends from a server, for a page. */
export function askForTicketByToken(api: Api, token: string, body: object = {}): Promise<Answer> {
  const headers = { 'x-microapp-embed-token': token };
  return api.ask({ method: 'POST', path: '/v1/embed/sessions', headers, body: { origin: hostOrigin, ...body } });
}

/** What a frame sends; `surfaceId` when the ticket came from a surface. */
export function redeem(api: Api, opened: Answer, fields: object): Promise<Answer> {
  const origin = new URL(requireText(opened, 'frameUrl')).origin;
  const body = { ticket: requireText(opened, 'ticket'), parentOrigin: hostOrigin, ...fields };
  return api.ask({ method: 'POST', path: '/v1/embed/sessions/redeem', headers: { origin }, body });
}

/** A whole visit by a surface's client token. */
export async function visit(api: Api, surface: Surface): Promise<Visit> {
  const opened = expectAnswer(await askForTicket(api, surface), 201);
  return finished(opened, await redeem(api, opened, { surfaceId: surface.id }));
}

/** A whole visit by an embed token. */
export async function visitByToken(api: Api, token: string): Promise<Visit> {
  const opened = expectAnswer(await askForTicketByToken(api, token), 201);
  return finished(opened, await redeem(api, opened, {}));
}

function finished(opened: Answer, redeemed: Answer): Visit {
  expectAnswer(redeemed, 200);
  return { opened, redeemed, frameUrl: requireText(opened, 'frameUrl'), session: requireText(redeemed, 'token') };
}

export function bearer(session: string): Record<string, string> {
  return { authorization: `Bearer ${session}` };
}

/** Who the server takes this session for. */
export function whoAmI(api: Api, session: string): Promise<Answer> {
  return api.ask({ path: '/v1/embed/me', headers: bearer(session) });
}

/** A run of a tool with an embed token. */
export function run(api: Api, slug: string, token: string): Promise<Answer> {
  const headers = { 'x-microapp-embed-token': token };
  return api.ask({ method: 'POST', path: `/api/tools/${slug}/run?embed=1`, headers, body: { inputs: {} } });
}
