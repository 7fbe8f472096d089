import type { BrowserContext, Request } from 'playwright-core';

/** What the server has handed out to a page and its frames: one-use tickets, and tokens of sessions. */
export type HandedOut = { tickets: string[]; sessions: string[] };

/** Writes down what the server at `base` hands out, from now on; the answer waits for all that is still under way. */
export function watchSecrets(context: BrowserContext, base: string): () => Promise<HandedOut> {
  const handedOut: HandedOut = { tickets: [], sessions: [] };
  const reading: Promise<void>[] = [];
  const note = async (request: Request): Promise<void> => {
    const text = await textOf(request);
    handedOut.tickets.push(...valuesOf('ticket', text));
    handedOut.sessions.push(...valuesOf('token', text));
  };
  // What did not finish, because the page may not read it, has no text to wait for.
  context.on('requestfinished', (request) => {
    if (!request.url().startsWith(`${base}/v1/embed/sessions`)) return;
    reading.push(note(request));
  });
  return async () => {
    await Promise.all(reading);
    return handedOut;
  };
}

async function textOf(request: Request): Promise<string> {
  try {
    const response = await request.response();
    return (await response?.text()) ?? '';
  } catch {
    // A preflight has no body to read, and a page that is left takes its answers with it.
    return '';
  }
}

function valuesOf(name: string, json: string): string[] {
  return [...json.matchAll(new RegExp(`"${name}":"([^"]+)"`, 'g'))].flatMap(([, value]) => (value ? [value] : []));
}

/** As few characters of a secret count as a leak; fewer occur by chance. */
const runLength = 8;

/** Those of `secrets` of which a run of characters stands in `text`: as it is, or in base64 or hexadecimal. */
export function leakedInto(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) =>
    spellingsOf(secret)
      .flatMap(runsOf)
      .some((run) => text.includes(run)),
  );
}

function spellingsOf(secret: string): string[] {
  // Where the secret begins in what is encoded decides how it looks; the edges are mixed with its neighbors.
  const encoded = [0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${secret}`)
      .toString('base64')
      .slice(4, -4),
  );
  const forUrls = encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, ...encoded, ...forUrls, Buffer.from(secret).toString('hex')];
}

function runsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - runLength + 1) }, (_, at) => text.slice(at, at + runLength));
}
