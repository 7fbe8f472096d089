import type { FrameClock } from '../browser-clock.ts';
import { Failure, type FailureCode } from './failure.ts';

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
  timeoutMs: number;
  /** Ends the request from outside; it then fails as `closed`. */
  signal: AbortSignal;
};

/** Sends a request to the frame's own server and answers with the parsed body. Throws `Failure` for everything else. */
export async function sendJson(network: Network, request: JsonRequest): Promise<unknown> {
  if (!network.isOnline()) throw new Failure('offline');
  const timeout = new AbortController();
  const cancelTimeout = network.clock.after(request.timeoutMs, () => timeout.abort());
  try {
    const response = await network.fetch(request.path, initOf(request, timeout.signal));
    const body = (await response.json()) as unknown;
    if (!response.ok) throw failureOf(response, body);
    return body;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (request.signal.aborted) throw new Failure('closed', { cause: error });
    throw new Failure(network.isOnline() ? 'unreachable' : 'offline', { cause: error });
  } finally {
    cancelTimeout();
  }
}

function initOf({ method, headers = {}, body, signal }: JsonRequest, timeout: AbortSignal): RequestInit {
  const common: RequestInit = {
    method,
    // No cookie of any kind has a part in this, whatever the browser holds for our host.
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.any([signal, timeout]),
  };
  if (body === undefined) return { ...common, headers };
  return { ...common, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

type ErrorAnswer = { code?: unknown; requestId?: unknown; issues?: unknown };

function failureOf(response: Response, body: unknown): Failure {
  const answer: ErrorAnswer = typeof body === 'object' && body !== null ? body : {};
  const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
  return new Failure(codeOf(answer, response.status), {
    status: response.status,
    issues: Array.isArray(answer.issues) ? answer.issues.filter(isIssue) : [],
    requestId: typeof answer.requestId === 'string' ? answer.requestId : undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

/** The server's own code. A proxy in between that answers without one is no server of ours. */
function codeOf({ code }: ErrorAnswer, status: number): FailureCode {
  if (typeof code === 'string') return code as FailureCode;
  return status === 401 ? 'invalid_token' : 'unreachable';
}

function isIssue(value: unknown): value is { path: string; message: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { path, message } = value as { path?: unknown; message?: unknown };
  return typeof path === 'string' && typeof message === 'string';
}
