import type { FrameClock } from '../browser-clock.ts';
import { Failure, failureOfAnswer } from './failure.ts';

export type Network = {
  fetch(path: string, init: RequestInit): Promise<Response>;
  clock: FrameClock;
  /** What the browser believes; only `false` can be trusted. */
  isOnline(): boolean;
};

export type JsonRequest = {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** How long the server may take to answer. */
  timeoutMs: number;
  /** Ends the request from outside; it then fails with the signal's reason, if that is a `Failure`, else as `closed`. */
  signal: AbortSignal;
  /** Reads an answer that is a stream of events; what it calls says that something has arrived. */
  readStream?: ((body: ReadableStream<Uint8Array>, onActivity: () => void) => Promise<void>) | undefined;
};

/** The server sends a sign of life every 15 s while a stream is open; three missing ones are no accident. */
const silenceMsMax = 45_000;

/**
 * Sends a request to the frame's own server and answers with the parsed body. With `readStream`, a stream of events is
 * asked for; when the server answers with one the body is `undefined`. Throws `Failure` for everything else.
 */
export async function sendJson(network: Network, request: JsonRequest): Promise<unknown> {
  if (!network.isOnline()) throw new Failure('offline', { unsent: true });
  const watchdog = watchdogOf(network.clock);
  watchdog.wait(request.timeoutMs);
  try {
    const response = await network.fetch(request.path, initOf(request, watchdog.signal));
    if (request.readStream !== undefined && response.body !== null && isEventStream(response)) {
      await request.readStream(response.body, () => watchdog.wait(silenceMsMax));
      return undefined;
    }
    const body = (await response.json()) as unknown;
    if (!response.ok) throw failureOfAnswer(response, body);
    return body;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { aborted, reason } = request.signal as { aborted: boolean; reason: unknown };
    if (aborted) throw reason instanceof Failure ? reason : new Failure('closed', { cause: error });
    throw new Failure(network.isOnline() ? 'unreachable' : 'offline', { cause: error });
  } finally {
    watchdog.rest();
  }
}

/** Fires its signal when the time that was last set is over: nothing waits for ever. */
function watchdogOf(clock: FrameClock): { signal: AbortSignal; wait(delayMs: number): void; rest(): void } {
  const controller = new AbortController();
  let cancel: (() => void) | undefined;
  return {
    signal: controller.signal,
    wait(delayMs) {
      cancel?.();
      cancel = clock.after(delayMs, () => controller.abort());
    },
    rest: () => cancel?.(),
  };
}

function isEventStream(response: Response): boolean {
  return response.ok && /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '');
}

function initOf({ method, headers = {}, body, signal, readStream }: JsonRequest, timeout: AbortSignal): RequestInit {
  const common: RequestInit = {
    method,
    // No cookie of any kind has a part in this, whatever the browser holds for our host.
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.any([signal, timeout]),
  };
  const accepting = readStream === undefined ? headers : { ...headers, accept: 'text/event-stream' };
  if (body === undefined) return { ...common, headers: accepting };
  return { ...common, headers: { ...accepting, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
