import type { ErrorCode, Issue } from '@microapp/contract';

/**
 * Why something did not work, as the frame tells it to the visitor and to the host. Besides the server's codes:
 *
 *   offline        the browser knows that it has no network
 *   unreachable    no answer in time, or one that is not the server's
 *   cut_off        an answer began and did not end
 *   canceled       the visitor stopped it
 *   host_refused   the host page gave no ticket or token
 *   no_host        the page around the frame said nothing in time
 *   page_too_old   the page around came back from the history, without the token that its address brought
 *   closed         the frame is going away
 */
export type FailureCode =
  | ErrorCode
  | 'offline'
  | 'unreachable'
  | 'cut_off'
  | 'canceled'
  | 'host_refused'
  | 'no_host'
  | 'page_too_old'
  | 'closed';

type Details = {
  status?: number | undefined;
  issues?: readonly Issue[] | undefined;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  answeredAt?: number | undefined;
  unsent?: boolean | undefined;
  cause?: unknown;
};

export class Failure extends Error {
  readonly code: FailureCode;
  /** The HTTP status, when the server answered. */
  readonly status: number | undefined;
  readonly issues: readonly Issue[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** When the server answered, by its own clock, in epoch milliseconds: the visitor's may be wrong. */
  readonly answeredAt: number | undefined;
  /** Nothing was sent, so that sending it later repeats nothing. */
  readonly unsent: boolean;

  constructor(code: FailureCode, details: Details = {}) {
    super(code, { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.status = details.status;
    this.issues = details.issues ?? [];
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.answeredAt = details.answeredAt;
    this.unsent = details.unsent ?? false;
  }
}

/** Whatever was thrown, as a failure; what is none of ours is a bug, and shown as one. */
export function toFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure('internal_error', { cause: thrown });
}

/** Whether the same request may work a little later without anybody doing anything. */
export function isTransient({ code, status }: Failure): boolean {
  return code === 'offline' || code === 'unreachable' || status === 429 || (status !== undefined && status >= 500);
}

/** The failure that an answer with an error status tells of; `body` is its parsed JSON. */
export function failureOfAnswer({ status, headers }: Response, body: unknown): Failure {
  const answeredAt = Date.parse(headers.get('date') ?? '');
  return failureOfBody(body, {
    status,
    retryAfterSeconds: retryAfterOf(headers),
    answeredAt: Number.isNaN(answeredAt) ? undefined : answeredAt,
  });
}

/** The failure that an error body of the server tells of, as an answer has it or the last event of a stream. */
export function failureOfBody(body: unknown, details: Omit<Details, 'issues' | 'requestId'> = {}): Failure {
  const answer: ErrorAnswer = typeof body === 'object' && body !== null ? body : {};
  return new Failure(codeOf(answer, details.status), {
    ...details,
    issues: Array.isArray(answer.issues) ? answer.issues.filter(isIssue) : [],
    requestId: typeof answer.requestId === 'string' ? answer.requestId : undefined,
    retryAfterSeconds: details.retryAfterSeconds ?? secondsOf(answer.retryAfterSeconds),
  });
}

type ErrorAnswer = { code?: unknown; requestId?: unknown; issues?: unknown; retryAfterSeconds?: unknown };

/**
 * Seconds until the next try: of `Retry-After`, else of the exhausted limit that `RateLimit` names, for example
 * `"burst";r=0;t=30, "daily";r=12;t=4000`.
 */
function retryAfterOf(headers: Headers): number | undefined {
  const given = secondsOf(headers.get('retry-after')?.trim());
  if (given !== undefined) return given;
  const waits = (headers.get('ratelimit') ?? '')
    .split(',')
    .filter((limit) => /;\s*r=0(;|\s|$)/.test(limit))
    .map((limit) => Number(/;\s*t=(\d+)/.exec(limit)?.[1] ?? 0));
  const longest = Math.max(0, ...waits);
  return longest === 0 ? undefined : longest;
}

/** A date in `Retry-After` is no number, and would need a clock that can be trusted. */
function secondsOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** The server's own code. A proxy in between that answers without one is no server of ours. */
function codeOf({ code }: ErrorAnswer, status: number | undefined): FailureCode {
  if (typeof code === 'string') return code as FailureCode;
  return status === 401 ? 'invalid_token' : 'unreachable';
}

function isIssue(value: unknown): value is Issue {
  if (typeof value !== 'object' || value === null) return false;
  const { path, message } = value as { path?: unknown; message?: unknown };
  return typeof path === 'string' && typeof message === 'string';
}
