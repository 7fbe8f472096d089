import { expectAnswer, textAt, valueAt, type Answer, type Question } from '../api.ts';
import type { Finding, Point } from './point.ts';
import type { Stage } from './stage.ts';
import { askForTicket, askForTicketByToken, bearer, redeem, visit } from './visitor.ts';

/** A route as the server describes it. */
type Described = { method: string; path: string; scope: string | undefined };

const methods = ['get', 'post', 'put', 'patch', 'delete'];
const names = ['workspaceId', 'workspace_id', 'workspace'];
const headerNames = ['x-workspace-id', 'x-microapp-workspace', 'x-workspace'];

export const workspaceFromTheToken: Point = {
  title: 'Every endpoint takes the workspace from the token, with row-level security behind it',
  remedy:
    'No proxy may choose the workspace from the request. See GET /v1/installation/wall for what the database says.',
  async check(stage) {
    const routes = await describedRoutes(stage);
    const embed = routes.filter(({ scope }) => scope === 'embed');
    const management = routes.filter(({ scope }) => scope === 'owner');
    if (embed.length === 0 || management.length === 0) {
      return { seen: '', problems: ['The server describes no routes in /openapi.json.'] };
    }
    const { session } = await visit(stage.api, stage.a.surface);
    const wall = await wallOf(stage);
    const problems = [
      ...(await embedFaults(stage, embed, session)),
      ...(await managementFaults(stage, management, session)),
      ...(await sessionFaults(stage)),
      ...(await ledgerFaults(stage)),
      ...wall.problems,
    ];
    const asked = embed.length + management.length;
    return { seen: `${asked} routes asked with a foreign workspace in query, header and body. ${wall.seen}`, problems };
  },
};

async function describedRoutes({ api }: Stage): Promise<Described[]> {
  const { body } = expectAnswer(await api.ask({ path: '/openapi.json' }), 200);
  return Object.entries(valueAt(body, 'paths') ?? {}).flatMap(([path, operations]) =>
    methods.flatMap((method) => {
      const operation: unknown = valueAt(operations, method);
      if (operation === undefined) return [];
      const [scope] = Object.keys(valueAt(valueAt(operation, 'security'), '0') ?? {});
      return [{ method: method.toUpperCase(), path, scope }];
    }),
  );
}

/** The question, with another workspace in every place where a careless endpoint would look. */
function withForeignWorkspace({ method, path, headers, body }: Question, workspaceId: string): Question {
  const address = new URL(path, 'http://placeholder.invalid');
  for (const name of names) address.searchParams.set(name, workspaceId);
  const foreignHeaders = Object.fromEntries(headerNames.map((name) => [name, workspaceId]));
  const foreignBody = Object.fromEntries(names.map((name) => [name, workspaceId]));
  const takesBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return {
    ...(method === undefined ? {} : { method }),
    path: `${address.pathname}${address.search}`,
    headers: { ...headers, ...foreignHeaders },
    ...(takesBody ? { body: { ...(typeof body === 'object' ? body : {}), ...foreignBody } } : {}),
  };
}

/** With A's credentials, B must not be served: neither its name nor anything that names it may come back. */
async function embedFaults({ api, a, b }: Stage, routes: readonly Described[], session: string): Promise<string[]> {
  const problems: string[] = [];
  for (const { method, path } of routes) {
    const concrete = path.replace('{slug}', a.slug).replaceAll(/\{\w+\}/g, a.workspaceId);
    const credentials = [
      { path: concrete, headers: bearer(session) },
      { path: `${concrete}?embed=1`, headers: { 'x-microapp-embed-token': a.token.value } },
    ];
    for (const { path: asked, headers } of credentials) {
      const question = { method, path: asked, headers, body: { inputs: {} } };
      const answer = await api.ask(withForeignWorkspace(question, b.workspaceId));
      if (serves(answer, b.workspaceId))
        problems.push(`${method} ${path} serves the workspace that the request names.`);
    }
  }
  return [...new Set(problems)];
}

function serves({ status, text }: Answer, workspaceId: string): boolean {
  return status < 400 && text.includes(workspaceId);
}

/** Management is the owner's: what A holds opens none of it, whichever workspace the request names. */
async function managementFaults(
  { api, a, b }: Stage,
  routes: readonly Described[],
  session: string,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { method, path } of routes) {
    const concrete = path.replaceAll(/\{\w+\}/g, path.startsWith('/v1/workspaces/') ? b.workspaceId : 'none');
    for (const held of [session, a.token.value]) {
      const question = { method, path: concrete, headers: bearer(held) };
      const { status } = await api.ask(withForeignWorkspace(question, b.workspaceId));
      if (status !== 401 && status !== 403) problems.push(`${method} ${path} answers an embed with ${status}.`);
    }
  }
  return [...new Set(problems)];
}

/** The doors to sessions: a foreign workspace is refused, or the session is for the credential's own. */
async function sessionFaults({ api, a, b }: Stage): Promise<string[]> {
  const foreign = { workspaceId: b.workspaceId };
  const opened = expectAnswer(await askForTicket(api, a.surface), 201);
  const attempts: [string, Answer][] = [
    ['The session endpoint, by client token,', await askForTicket(api, a.surface, foreign)],
    ['The session endpoint, by embed token,', await askForTicketByToken(api, a.token.value, foreign)],
    ['Redeeming a ticket', await redeem(api, opened, { surfaceId: a.surface.id, ...foreign })],
  ];
  return attempts
    .filter(([, { status }]) => status < 400)
    .map(([door, { status }]) => `${door} accepts a foreign workspace (${status}).`);
}

/** Nothing that A did, under whatever name, stands in B's account. */
async function ledgerFaults({ api, b }: Stage): Promise<string[]> {
  const usage = expectAnswer(await api.manage({ path: `/v1/usage?workspaceId=${b.workspaceId}` }), 200);
  const days = valueAt(usage.body, 'data');
  return Array.isArray(days) && days.length === 0 ? [] : ['A run of one workspace stands in the account of another.'];
}

async function wallOf({ api }: Stage): Promise<Finding> {
  const { body } = expectAnswer(await api.manage({ path: '/v1/installation/wall' }), 200);
  const breaches = valueAt(body, 'breaches');
  const named = Array.isArray(breaches) ? breaches.map(String) : [];
  const seen = `Row-level security stands (${String(textAt(body, 'engine'))}).`;
  if (valueAt(body, 'stands') === true && named.length === 0) return { seen, problems: [] };
  return { seen: '', problems: named.length === 0 ? ['The wall does not stand.'] : named };
}
