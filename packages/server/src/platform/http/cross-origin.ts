import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const preflightMaxAgeSeconds = 7200;
/** What a page may read of an answer beside its body; `date` tells its developer of a clock that is wrong. */
const readableHeaders = 'date, x-request-id, retry-after, ratelimit, ratelimit-policy, idempotent-replayed';

/**
 * A preflight cannot know the credential, so it admits any origin, without credentials; the request itself is then
 * decided by its credential. A refusal has the same header: its body is all that a refused page can read, and tells
 * its developer what is wrong.
 */
export function admitCrossOrigin(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined) return;
  reply.header('access-control-allow-origin', origin);
  reply.header('access-control-expose-headers', readableHeaders);
}

/** Answers every preflight of a path. */
export function registerPreflight(server: FastifyInstance, path: string, methods: ReadonlySet<string>): void {
  server.options(path, { schema: { hide: true } }, async (request, reply) => {
    admitCrossOrigin(request, reply);
    reply.header('access-control-allow-methods', [...methods].join(', '));
    reply.header(
      'access-control-allow-headers',
      'authorization, content-type, x-microapp-embed-token, x-embed-token, x-request-id, idempotency-key',
    );
    reply.header('access-control-max-age', preflightMaxAgeSeconds);
    return reply.code(204).send();
  });
}
