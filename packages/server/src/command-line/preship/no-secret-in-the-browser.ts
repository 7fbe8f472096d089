import { credentialClassOf, findCredentials } from '@microapp/contract';
import { expectAnswer, type Answer } from '../api.ts';
import type { Finding, Point } from './point.ts';
import type { Stage } from './stage.ts';
import { bearer, visit, visitByToken, whoAmI } from './visitor.ts';

/** What has been sent to a browser, and what of ours may stand in it. */
type Received = { from: string; text: string; expected: readonly string[] };

const foreignSecrets: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a private JWK', /"kty"\s*:\s*"[A-Z]+"[^{}]*"d"\s*:/],
  ['a key of an AI provider', /\bsk-[A-Za-z0-9_-]{20,}|\bAIza[0-9A-Za-z_-]{35}\b/],
  ['a connection string with a password', /\b(?:postgres(?:ql)?|redis|smtps?):\/\/[^\s:/@"]+:[^\s@"]+@/],
];

/** The addresses of assets, the names of parts, and the end `-HASH.js` that the first script puts after a part's word. */
const assetPattern = /\/embed\/assets\/[\w.-]+|extras-[\w-]+\.js|(?<=\})-[\w-]+\.js/g;
/** The words that it puts there. */
const partsOfLoader = ['runtime', 'diagnosis'];

export const noSecretInTheBrowser: Point = {
  title: 'The secret never reaches the browser',
  remedy: 'Find where it comes from, rotate what leaked, and keep owner keys and embed tokens on servers.',
  async check(stage) {
    const received = [...(await filesOf(stage)), ...(await answersTo(stage))];
    const problems = received.flatMap(secretsIn);
    return { seen: `${received.length} files and answers hold no secret.`, problems } satisfies Finding;
  },
};

/** The scripts, documents and descriptions that anybody can load, and whatever those name. */
async function filesOf({ api, a }: Stage): Promise<Received[]> {
  const received = new Map<string, Received>();
  const waiting = [
    '/embed.js',
    '/embed-element.js',
    '/microapp-widget.js',
    '/v1/embed.js',
    `/embed/surfaces/${a.surface.id}`,
    `/embed/apps/${a.slug}?for=${a.token.id}`,
    `/embed/apps/${a.slug}`,
    '/.well-known/jwks.json',
    '/openapi.json',
    '/',
  ];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (received.has(path)) continue;
    const answer = await api.ask({ path });
    received.set(path, { from: path, text: whole(answer), expected: [] });
    for (const [found] of answer.text.matchAll(assetPattern)) {
      if (found.startsWith('/')) waiting.push(found);
      else if (found.startsWith('-')) waiting.push(...partsOfLoader.map((part) => `/embed/assets/${part}${found}`));
      else waiting.push(`/embed/assets/${found}`);
    }
  }
  return [...received.values()];
}

/** What a visitor's browser is answered, from the ticket to the tool. */
async function answersTo({ api, a }: Stage): Promise<Received[]> {
  const bySurface = await visit(api, a.surface);
  const byToken = await visitByToken(api, a.token.value);
  const refreshed = await api.ask({
    method: 'POST',
    path: '/v1/embed/sessions/refresh',
    headers: { ...bearer(bySurface.session), origin: new URL(bySurface.frameUrl).origin },
  });
  const schema = await api.ask({ path: `/api/tools/${a.slug}/schema`, headers: bearer(bySurface.session) });
  const refused = await api.ask({ path: '/v1/embed/me', headers: bearer('none') });
  return [
    received('the ticket of a surface', bySurface.opened, ticketIn(bySurface.opened)),
    received('the session of a surface', bySurface.redeemed),
    received('the ticket of an embed token', byToken.opened, ticketIn(byToken.opened)),
    received('the session of an embed token', byToken.redeemed),
    received('the refreshed session', expectAnswer(refreshed, 200)),
    received('who the session is', await whoAmI(api, bySurface.session)),
    received('the schema of the tool', schema),
    received('a refusal', refused),
  ];
}

function received(from: string, answer: Answer, ...expected: string[]): Received {
  return { from, text: whole(answer), expected };
}

function ticketIn({ text }: Answer): string {
  return findCredentials(text).find((found) => credentialClassOf(found) === 'embed_ticket') ?? '';
}

/** Headers are part of what a browser gets. */
function whole({ headers, text }: Answer): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join('\n') + `\n\n${text}`;
}

function secretsIn({ from, text, expected }: Received): string[] {
  const ours = findCredentials(text)
    .filter((found) => credentialClassOf(found) !== 'client_token' && !expected.includes(found))
    .map((found) => `${from} holds a credential of the class ${String(credentialClassOf(found))}.`);
  const foreign = foreignSecrets.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${from} holds ${what}.`);
  return [...new Set([...ours, ...foreign])];
}
