import type { Envelope } from '../../platform/crypto/envelope.ts';
import { readWebhookSecret } from '../webhook-secret/index.ts';
import { furnishDemo, type FurnishDeps } from './furnish.ts';
import { buildDemoSite } from './site.ts';

export type Demo = {
  /** The address of the page. */
  url: string;
  /** Host and port, for whoever may call it from this machine. */
  host: string;
  close(): Promise<void>;
};

export type DemoPlace = {
  /** Where the server listens; the demo listens likewise. */
  host: string;
  port: number;
  /** The origin that frames come from. */
  embedUrl: string;
};

export type DemoDeps = FurnishDeps & {
  envelope: Envelope;
  fetch: typeof fetch;
  log: { warn: (details: object, sentence: string) => void };
};

/** A name of this machine in every browser, and on nobody's list. It is not "localhost", where a widget says more. */
const refusedName = 'not-listed.localhost';

/**
 * Starts the demo's site on another site than the server's: a further port alone would be the same site, on which a
 * browser isolates less. Undefined when the demo is not there and may not be made, or cannot start: the server is worth
 * more than its demo, so that is said in the log and nothing else fails.
 */
export async function startDemo(
  deps: DemoDeps,
  place: DemoPlace,
  options: { mayCreate: boolean },
): Promise<Demo | undefined> {
  const name = nameOnAnotherSite(place.embedUrl);
  try {
    const { port, embedUrl } = place;
    const host = `${name}:${port}`;
    const furniture = await furnishDemo(deps, { host, embedUrl, mayCreate: options.mayCreate });
    if (furniture === undefined) return undefined;
    const site = await buildDemoSite(
      { ...deps, secretOf: (ownerId) => readWebhookSecret(deps, ownerId) },
      { microapp: embedUrl, origin: `http://${host}`, refusedOrigin: `http://${refusedName}:${port}` },
      furniture,
    );
    await site.listen({ host: isLoopback(place.host) ? name : place.host, port });
    return { url: `http://${host}`, host, close: () => site.close() };
  } catch (error) {
    deps.log.warn({ err: error }, 'there is no demo page: set DEMO_PORT to another port, or DEMO=off');
    return undefined;
  }
}

function nameOnAnotherSite(embedUrl: string): string {
  return new URL(embedUrl).hostname === 'localhost' ? '127.0.0.1' : 'localhost';
}

function isLoopback(host: string): boolean {
  return ['127.0.0.1', '::1', 'localhost'].includes(host);
}
