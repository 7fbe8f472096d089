import type { FastifyInstance } from 'fastify';
import { askOf, type Scenario } from '../../../testing/scenario.ts';
import { readWebhookSecret } from '../../webhook-secret/index.ts';
import { furnishDemo, type Furniture } from '../furnish.ts';
import { buildDemoSite } from '../site.ts';
import type { DemoDeps } from '../start.ts';

/** Where the demo's site is, as a host with a port, unless a test says otherwise. */
export const demoHost = 'localhost:4402';
export const refusedOrigin = 'http://not-listed.localhost:4402';

/** What the demo needs of a scenario. Its server reaches the scenario's in the same process. */
export function demoDeps(scenario: Scenario): DemoDeps {
  const log = { warn: () => undefined };
  return { ...scenario.deps, keyring: scenario.app.keyring, fetch: fetchOf(scenario.ask), log };
}

export function furnish(
  scenario: Scenario,
  { host = demoHost, mayCreate = true }: { host?: string; mayCreate?: boolean } = {},
): Promise<Furniture | undefined> {
  const { embedUrl } = scenario.deps.config;
  return furnishDemo(demoDeps(scenario), { host, embedUrl, mayCreate });
}

export async function furnished(scenario: Scenario): Promise<Furniture> {
  const furniture = await furnish(scenario);
  if (furniture === undefined) throw new Error('the demo was not furnished');
  return furniture;
}

/** The furnished demo's site; `change` is what a test has different. */
export async function openSite(
  scenario: Scenario,
  change: { fetch?: typeof fetch } = {},
): Promise<{ furniture: Furniture; site: FastifyInstance; ask: Scenario['ask'] }> {
  const furniture = await furnished(scenario);
  const deps = { ...demoDeps(scenario), secretOf: (id: string) => readWebhookSecret(scenario.deps, id), ...change };
  const place = { microapp: scenario.deps.config.embedUrl, origin: `http://${demoHost}`, refusedOrigin };
  const site = await buildDemoSite(deps, place, furniture);
  return { furniture, site, ask: askOf(site) };
}

/** Headers and body as the demo's server sends them; it sends nothing else. */
function fetchOf(ask: Scenario['ask']): typeof fetch {
  return async (url, { method, headers, body } = {}) => {
    const { pathname, search } = new URL(url instanceof Request ? url.url : url);
    const answer = await ask({
      method: method === 'POST' ? 'POST' : 'GET',
      url: `${pathname}${search}`,
      headers: Object.fromEntries(new Headers(headers)),
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
    });
    return new Response(answer.text, { status: answer.status });
  };
}
