import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import { exchange, type Exchange, type ExchangeDeps, type OutboundMethod } from './exchange.ts';
import { OutboundError } from './outbound-error.ts';

export type FetchLimits = {
  /** From the look-up of the name to the last byte of the body. */
  timeoutMs: number;
  /** Longer answers are broken off. */
  bodyBytesMax: number;
};

const methods: readonly OutboundMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const nullBodyStatuses = new Set([204, 205, 304]);

/**
 * `fetch` through the guard, for libraries that take one. The body of the answer streams. As `redirect: 'manual'` has it,
 * a redirect is an answer, whatever the request says. Rejects as `fetch` does: with the signal's reason, or with
 * `TypeError: fetch failed`, whose `cause` is an `OutboundError`; a body that breaks off ends with the reason or the
 * `OutboundError` itself.
 */
export function createFetch(
  deps: ExchangeDeps & { clock: Clock },
  { timeoutMs, bodyBytesMax }: FetchLimits,
): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const method = methods.find((known) => known === request.method);
    if (method === undefined) throw new TypeError(`The method ${request.method} is not used here.`);
    const { signal } = request;
    signal.throwIfAborted();

    const deadline = startDeadline(deps.clock, timeoutMs, signal);
    try {
      const body = request.body === null ? {} : { body: new Uint8Array(await request.arrayBuffer()) };
      const sent = { method, url: new URL(request.url), headers: Object.fromEntries(request.headers), ...body };
      return responseOf(await exchange(deps, sent, { signal: deadline.signal, bodyBytesMax }), deadline);
    } catch (cause) {
      deadline.stop();
      throw asFetchSaysIt(deadline.errorOf(cause));
    }
  };
}

function asFetchSaysIt(error: unknown): unknown {
  return error instanceof OutboundError ? new TypeError('fetch failed', { cause: error }) : error;
}

function responseOf({ status, headers, body }: Exchange, deadline: Deadline): Response {
  const hasBody = !nullBodyStatuses.has(status);
  const response = new Response(hasBody ? streamOf(body, deadline) : null, { status, headers: webHeaders(headers) });
  if (!hasBody) {
    body.destroy();
    deadline.stop();
  }
  return response;
}

/** The body as it comes. Whoever stops reading ends the call. */
function streamOf(body: Readable, deadline: Deadline): ReadableStream<Uint8Array> {
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator](); // no encoding is set
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const chunk = await chunks.next();
        if (chunk.done !== true) return controller.enqueue(new Uint8Array(chunk.value));
        deadline.stop();
        controller.close();
      } catch (cause) {
        deadline.stop();
        controller.error(deadline.errorOf(cause));
      }
    },
    cancel() {
      deadline.stop();
      body.destroy();
    },
  });
}

function webHeaders(headers: Exchange['headers']): Headers {
  const web = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const each of [value ?? []].flat()) web.append(name, each);
  }
  return web;
}
