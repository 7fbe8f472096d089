import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A server on this machine that speaks the little of OpenAI's API that lists models. */
export type ModelProvider = {
  /** What goes into `baseUrl`. */
  baseUrl: string;
  /** Keys that it accepts. */
  keys: Set<string>;
  /** Replaces the answer to every request until it is taken back. */
  answerWith(answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
  /** The credentials of all requests so far. */
  seen: string[];
  close(): Promise<void>;
};

export async function startModelProvider(): Promise<ModelProvider> {
  const keys = new Set<string>();
  const seen: string[] = [];
  let special: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

  const server = createServer((request, response) => {
    const authorization = request.headers.authorization ?? '';
    seen.push(authorization);
    if (special !== undefined) return special(request, response);
    if (request.method !== 'GET' || request.url !== '/v1/models')
      return sendJson(response, 404, { error: 'no such path' });
    // As providers do, it repeats what it was given.
    if (!keys.has(authorization.replace(/^Bearer /, ''))) return sendJson(response, 401, { error: authorization });
    return sendJson(response, 200, { object: 'list', data: [{ id: 'echo', object: 'model' }] });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    keys,
    seen,
    answerWith(answer) {
      special = answer;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
