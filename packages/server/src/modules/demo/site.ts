import { readFile } from 'node:fs/promises';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Secret } from '../../platform/secret.ts';
import type { Furniture } from './furnish.ts';
import { addQuoteRoute } from './quote-route.ts';

const folder = new URL('../../../demo/', import.meta.url);

/**
 * The site of a customer that does not exist: static pages with a policy as strict as any customer's, and one address
 * from which they get their embed token; and the owner's endpoint that an example tool calls. `microapp` is the origin of
 * the installation that they embed, `secretOf` answers what it signs an owner's calls with.
 *
 * The token is fetched rather than written into the page: markup is what caches, "view source", saved pages and other
 * scripts' selectors see.
 */
export async function buildDemoSite(
  microapp: string,
  furniture: Furniture,
  secretOf: (ownerId: string) => Promise<Secret>,
): Promise<FastifyInstance> {
  const handWrittenHost = await read('hand-written-host.js');
  const filled = async (name: string): Promise<string> =>
    (await read(name))
      .replaceAll('{{MICROAPP}}', microapp)
      .replaceAll('{{CLIENT_TOKEN}}', furniture.clientToken)
      .replaceAll('{{TOOL}}', furniture.toolSlug)
      .replaceAll('{{HAND_WRITTEN_HOST}}', escapeHtml(handWrittenHost.trim()));

  const html = 'text/html; charset=utf-8';
  const script = 'text/javascript; charset=utf-8';
  const files: Readonly<Record<string, { type: string; body: string }>> = {
    '/': { type: html, body: await filled('index.html') },
    '/hand-written.html': { type: html, body: await filled('hand-written.html') },
    '/style.css': { type: 'text/css; charset=utf-8', body: await read('style.css') },
    '/inline-embed.js': { type: script, body: await read('inline-embed.js') },
    '/hand-written-host.js': { type: script, body: handWrittenHost },
  };

  // A browser that keeps its connection would keep the process from stopping.
  const site = Fastify({ forceCloseConnections: true });
  site.addHook('onRequest', async (_request, reply) => setHeaders(reply, microapp));
  for (const [path, { type, body }] of Object.entries(files)) {
    site.get(path, async (_request, reply) => reply.type(type).send(body));
  }
  site.get('/embed-token', async (request, reply) => {
    // Only for this site's own pages; a browser says so itself and no script can make it say otherwise.
    if (request.headers['sec-fetch-site'] !== 'same-origin') return reply.code(403).send({ error: 'Not from here.' });
    return { mtok: furniture.embedToken.reveal(), toolSlug: furniture.toolSlug };
  });
  addQuoteRoute(site, () => secretOf(furniture.ownerId));
  return site;
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, folder), 'utf8');
}

function setHeaders(reply: FastifyReply, microapp: string): void {
  reply.headers({
    'content-security-policy': [
      "default-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "style-src 'self'",
      `script-src 'self' ${microapp}`,
      `connect-src 'self' ${microapp}`,
      `frame-src ${microapp}`,
      "require-trusted-types-for 'script'",
    ].join('; '),
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
