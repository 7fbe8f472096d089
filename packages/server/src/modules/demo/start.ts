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

/**
 * Starts the demo page on another site than the server's: a further port alone would be the same site, on which a
 * browser isolates less. Undefined when the demo is not there and may not be made, or cannot start: the server is worth
 * more than its demo, so that is said in the log and nothing else fails.
 */
export async function startDemo(
  deps: FurnishDeps & { envelope: Envelope; log: { warn: (details: object, sentence: string) => void } },
  place: DemoPlace,
  options: { mayCreate: boolean },
): Promise<Demo | undefined> {
  const name = nameOnAnotherSite(place.embedUrl);
  try {
    const host = `${name}:${place.port}`;
    const furniture = await furnishDemo(deps, { host, mayCreate: options.mayCreate });
    if (furniture === undefined) return undefined;
    const site = await buildDemoSite(place.embedUrl, furniture, (ownerId) => readWebhookSecret(deps, ownerId));
    await site.listen({ host: isLoopback(place.host) ? name : place.host, port: place.port });
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
