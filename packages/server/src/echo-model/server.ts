import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../platform/clock.ts';
import { answer } from './answer.ts';
import { isJson, type Asked, type Json } from './asked.ts';
import { refusalOf } from './behavior.ts';
import { anthropicMessages } from './wires/anthropic-messages.ts';
import { googleGenerate } from './wires/google-generate.ts';
import { openaiChat } from './wires/openai-chat.ts';
import type { Wire } from './wires/wire.ts';

export type EchoModel = {
  /** Without a slash at its end; OpenAI's, Mistral's and Anthropic's forms are below `/v1`, Google's below `/v1beta`. */
  url: string;
  /** Every request so far that was read, oldest first, with the credential that came with it. */
  seen: readonly (Asked & { key: string })[];
  /** How many requests wait for the rest of their answer. */
  underWay(): number;
  close(): Promise<void>;
};

/** Keys that begin with this are refused, and repeated in the refusal, as some providers do. */
export const refusedKeyPrefix = 'refused-';
export const refusedRetryAfterSeconds = 7;

const host = '127.0.0.1';
const bodyBytesMax = 8 * 1024 * 1024;
const seenMax = 1000;

const places: readonly { path: RegExp; wire: Wire }[] = [
  { path: /^\/v1\/chat\/completions$/, wire: openaiChat },
  { path: /^\/v1\/messages$/, wire: anthropicMessages },
  { path: /^\/v1beta\/models\/[^/:]+:(?:generateContent|streamGenerateContent)$/, wire: googleGenerate },
];

/**
 * A server that speaks like the providers of models and only repeats what it was asked: no AI, no key, no cost. It is for
 * trying out AI steps and for tests, and answers on this machine alone. How it fails is told by the model's name.
 */
export async function startEchoModel({ clock, port = 0 }: { clock: Clock; port?: number }): Promise<EchoModel> {
  const seen: (Asked & { key: string })[] = [];
  let underWay = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '';
    const key = keyOf(request);
    if (request.method === 'GET' && /^\/v1(?:beta)?\/models$/.test(path)) return answerModels(response, key);
    const wire = request.method === 'POST' ? places.find((place) => place.path.test(path))?.wire : undefined;
    if (wire === undefined) return sendJson(response, 404, { error: { message: `The echo server has no ${path}.` } });
    const body = await readJson(request);
    if (body === undefined) return sendJson(response, 400, wire.failure(400, 'The body is no JSON object.'));
    const asked = wire.read(body, path);
    if (seen.length < seenMax) seen.push({ ...asked, key });
    const status = isRefused(key) ? 401 : refusalOf(asked.model);
    if (status !== undefined) return refuse(response, wire, { status, key });
    return answer({ response, clock, key }, wire, asked);
  }

  const server = createServer((request, response) => {
    underWay += 1;
    response.once('close', () => (underWay -= 1));
    // A client that goes away in the middle is nothing to report.
    handle(request, response).catch(() => response.destroy());
  });
  await once(server.listen(port, host), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The echo server listens on no port.');
  return {
    url: `http://${host}:${address.port}`,
    seen,
    underWay: () => underWay,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(response: ServerResponse, wire: Wire, { status, key }: { status: number; key: string }): void {
  if (status === 429) response.setHeader('retry-after', String(refusedRetryAfterSeconds));
  sendJson(response, status, wire.failure(status, `The echo server refuses this with ${status}; the key was ${key}.`));
}

function answerModels(response: ServerResponse, key: string): void {
  if (isRefused(key)) {
    return sendJson(response, 401, { error: { message: `The echo server does not take ${key}.` } });
  }
  // OpenAI's list and Anthropic's, and Google's.
  const model = { id: 'echo', object: 'model', type: 'model', display_name: 'Echo (no AI)' };
  sendJson(response, 200, { object: 'list', data: [model], models: [{ name: 'models/echo' }] });
}

function isRefused(key: string): boolean {
  return key === '' || key.startsWith(refusedKeyPrefix);
}

function keyOf({ headers }: IncomingMessage): string {
  const bearer = headers.authorization?.replace(/^Bearer /, '');
  const [key = ''] = [bearer ?? headers['x-api-key'] ?? headers['x-goog-api-key'] ?? ''].flat();
  return key;
}

async function readJson(request: IncomingMessage): Promise<Json | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return isJson(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
