import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import { startDeadline } from './deadline.ts';
import { exchange, type Exchange, type ExchangeDeps, type OutboundRequest } from './exchange.ts';
import { createFetch, type FetchLimits } from './outbound-fetch.ts';
import { redirected } from './redirect.ts';

/**
 * Calls to addresses that somebody else wrote down. Requirements: nothing but the public internet is reached, and what
 * the operator allowed (no metadata service, no neighbor behind the firewall); the address that was checked is the one
 * that is connected to (a name that answers differently the second time gains nothing); a redirect is followed only
 * where the caller asks for it, and each hop starts again, for a stranger chose its address; every call ends in time,
 * and its answer has a bound.
 */
export type Outbound = {
  /** Resolves with any answer, whatever its status. Rejects with `OutboundError`, or with the reason of `call.signal`. */
  send(call: OutboundCall): Promise<OutboundAnswer>;
  /** The same guard as a `fetch`, with a body that streams; see `createFetch` for how it rejects. */
  fetchWith(limits: FetchLimits): typeof globalThis.fetch;
};

export type OutboundCall = OutboundRequest & {
  /** From the first look-up of a name to the last byte, redirects included. */
  timeoutMs: number;
  /** Longer answers are given up. */
  bodyBytesMax: number;
  /** How many redirects are followed; the next is an answer like any other. 0 when absent. */
  redirectsMax?: number;
  /** Fires when nobody waits for the answer any more. */
  signal?: AbortSignal;
};

export type OutboundAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

export function createOutbound(deps: ExchangeDeps & { clock: Clock }): Outbound {
  return {
    async send({ timeoutMs, bodyBytesMax, redirectsMax = 0, signal, ...request }) {
      signal?.throwIfAborted();
      const deadline = startDeadline(deps.clock, timeoutMs, signal);
      try {
        const answer = await follow(request, redirectsMax, (hop) =>
          exchange(deps, hop, { signal: deadline.signal, bodyBytesMax }),
        );
        return { ...answer, body: await read(answer) };
      } catch (cause) {
        throw deadline.errorOf(cause);
      } finally {
        deadline.stop();
      }
    },
    fetchWith: (limits) => createFetch(deps, limits),
  };
}

async function follow(
  request: OutboundRequest,
  redirectsMax: number,
  open: (hop: OutboundRequest) => Promise<Exchange>,
): Promise<Exchange> {
  const answer = await open(request);
  const next = redirectsMax > 0 ? redirected(request, answer) : undefined;
  if (next === undefined) return answer;
  answer.body.destroy();
  return follow(next, redirectsMax - 1, open);
}

async function read({ body }: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
