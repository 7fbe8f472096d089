import { readFile } from 'node:fs/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { randomBase62, type Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { addBackendRoutes } from './backend-routes.ts';
import type { Furniture } from './furnish.ts';
import { lockedHeaders, lockedPolicy, usualHeaders } from './headers.ts';
import { demoPages, refusedPath, type Page } from './pages.ts';
import { addQuoteRoute } from './quote-route.ts';
import { escapeHtml, renderPage, type Templates } from './render-page.ts';
import { demoTheme } from './theme.ts';

export type SiteDeps = {
  random: Random;
  /** Reaches the installation from the site's server. */
  fetch: typeof fetch;
  /** What the installation signs an owner's calls with. */
  secretOf: (ownerId: string) => Promise<Secret>;
};

export type SitePlace = {
  /** The origin of the installation that the pages embed. */
  microapp: string;
  /** The site's own origin, which is listed. */
  origin: string;
  /** Another origin of the same site, which is not. */
  refusedOrigin: string;
};

const demoFolder = new URL('../../../demo/', import.meta.url);
/** The React page, which is the example of its package; the build bundles it into the demo's folder. */
const exampleFolder = new URL('../../../../react/example/', import.meta.url);

const nonceLength = 22;
const html = 'text/html; charset=utf-8';
const script = 'text/javascript; charset=utf-8';
const pastedIframe = '<iframe src="THE COPIED ADDRESS" title="Loan calculator" referrerpolicy="origin"></iframe>';

/**
 * The site of a customer that does not exist: a page for each way of embedding, with policies as strict as any customer's; its
 * server, which keeps the token; and the owner's endpoint that an example tool calls.
 *
 * No page has an embed token in it, only client tokens, which are public. What a page's script needs it fetches: markup is what
 * caches, "view source", saved pages and other scripts' selectors see.
 */
export async function buildDemoSite(deps: SiteDeps, place: SitePlace, furniture: Furniture): Promise<FastifyInstance> {
  const { microapp, origin, refusedOrigin } = place;
  const { clientTokens, ownerId, toolSlug } = furniture;
  const fill = filler({
    MICROAPP: microapp,
    SITE: origin,
    REFUSED_HOST: new URL(refusedOrigin).host,
    TOOL: toolSlug,
    HOUSES_KEY: clientTokens.houses,
    JOURNAL_KEY: clientTokens.journal,
    THEME: escapeHtml(JSON.stringify(demoTheme)),
  });
  const pages = demoPages({ microapp, clientTokens });
  const templates = await readTemplates(pages, microapp, fill);
  const addressOf = ({ path }: Page) => `${path === refusedPath ? refusedOrigin : origin}${path}`;

  // A browser that keeps its connection would keep the process from stopping.
  const site = Fastify({ forceCloseConnections: true });
  const usual = usualHeaders(microapp);
  site.addHook('onRequest', async (_request, reply) => void reply.headers(usual));
  for (const page of pages) {
    const document = renderPage(page, templates, { fill, addressOf, pages });
    site.get(page.path, async (_request, reply) => {
      if (page.policy !== 'locked') return reply.type(html).send(document);
      const nonce = randomBase62(deps.random, nonceLength);
      return reply.headers(lockedHeaders(microapp, nonce)).type(html).send(document.replaceAll('{{NONCE}}', nonce));
    });
  }
  for (const name of ['houses.js', 'by-hand.js', 'copied-url.js', 'refused.js']) {
    const body = fill(await read(name));
    site.get(`/${name}`, async (_request, reply) => reply.type(script).send(body));
  }
  const bundle = await readBundle();
  for (const [name, body] of bundle) {
    site.get(`/${name}`, async (_request, reply) => reply.type(script).send(body));
  }
  const files = [
    { path: '/style.css', type: 'text/css; charset=utf-8', body: await read('style.css') },
    { path: '/icon.svg', type: 'image/svg+xml', body: await read('icon.svg') },
  ];
  for (const { path, type, body } of files) site.get(path, async (_request, reply) => reply.type(type).send(body));

  addBackendRoutes(site, furniture, { microapp, origin, fetch: deps.fetch });
  addQuoteRoute(site, () => deps.secretOf(ownerId));
  return site;
}

async function readTemplates(
  pages: readonly Page[],
  microapp: string,
  fill: (text: string) => string,
): Promise<Templates> {
  const mains = await Promise.all(pages.map(async ({ file }) => [file, await read(`pages/${file}.html`)] as const));
  const own = await Promise.all(
    ['houses.js', 'by-hand.js', 'copied-url.js', 'refused.js', 'backend.ts'].map(
      async (name) => [name, fill(await read(name))] as const,
    ),
  );
  return {
    layout: await read('layout.html'),
    mains: new Map(mains),
    code: new Map([
      ...own,
      ['payment.tsx', await readFile(new URL('payment.tsx', exampleFolder), 'utf8')],
      ['pasted-iframe', pastedIframe],
      ['locked-policy', lockedPolicy(microapp, 'THIS-ANSWERS-NONCE').join(';\n')],
    ]),
  };
}

/** By file name: the script of the React page, and what it loads. Rejects when it is not built. */
async function readBundle(): Promise<Map<string, string>> {
  // Written by the build.
  const { assets } = JSON.parse(await read('dist/manifest.json')) as { assets: string[] };
  return new Map(await Promise.all(assets.map(async (name) => [name, await read(`dist/${name}`)] as const)));
}

function filler(values: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => text.replaceAll(/\{\{([A-Z_]+)\}\}/g, (place, name: string) => values[name] ?? place);
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, demoFolder), 'utf8');
}
