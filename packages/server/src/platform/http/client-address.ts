import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Where a request comes from: the peer of the connection, or, when that is a trusted proxy, the right-most address of
 * X-Forwarded-For that is none, which is the one that our own proxy has seen. What stands left of it was written by
 * strangers. A proxy that passes on something other than an address says nothing: then it is the proxy itself.
 */
export function clientAddressOf(request: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return isIP(request.ip) === 0 ? (request.socket.remoteAddress ?? '') : request.ip;
}
