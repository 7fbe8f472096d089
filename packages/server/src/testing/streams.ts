import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';

import type { AppParts } from '../app.ts';
import { AppError } from '../platform/app-error.ts';
import type { AuthenticationInput } from '../platform/http/index.ts';

/**
 * An event stream and a socket that do nothing but stay open: what every stream of the product has to do with the
 * credential that opened it, and no more. `GET /testing/events` and `GET /testing/socket`, authenticated like the embed API.
 */
export function addStreams(server: FastifyInstance, parts: AppParts): void {
  server.get('/testing/events', (request, reply) => openEvents(parts, request, reply));
  const sockets = new WebSocketServer({ noServer: true });
  server.server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    void openSocket(parts, request).then(
      (begin) => sockets.handleUpgrade(request, connection, head, begin),
      (error: unknown) => connection.end(`HTTP/1.1 ${error instanceof AppError ? error.status : 500} Refused\r\n\r\n`),
    );
  });
}

async function openEvents({ authenticators, openStreams }: AppParts, request: FastifyRequest, reply: FastifyReply) {
  const input = inputOf(request.raw, request.id);
  const principal = await authenticators.embed(input);
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': request.id });
  reply.raw.write('event: open\ndata: {}\n\n');
  const letGo = openStreams.hold({
    principal,
    recheck: () => authenticators.embed(input),
    close: ({ code }) => void reply.raw.end(`event: refused\ndata: ${JSON.stringify({ code })}\n\n`),
  });
  reply.raw.once('close', letGo);
}

async function openSocket(
  { authenticators, openStreams }: AppParts,
  request: IncomingMessage,
): Promise<(socket: WebSocket) => void> {
  const input = inputOf(request, 'socket');
  const principal = await authenticators.embed(input);
  return (socket) => {
    const letGo = openStreams.hold({
      principal,
      recheck: () => authenticators.embed(input),
      close({ code }) {
        socket.close(4401, code);
        // A client that does not answer the closing handshake is none to wait for.
        socket.terminate();
      },
    });
    socket.once('close', letGo);
    socket.send('open');
  };
}

function inputOf(request: IncomingMessage, id: string): AuthenticationInput {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  return {
    id,
    address: request.socket.remoteAddress ?? '',
    origin: request.headers.origin,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    attribute: () => undefined,
    setHeader: () => undefined,
    method: 'GET',
    query: Object.fromEntries(searchParams),
    takesApiKey: false,
    openTarget: undefined,
  };
}
