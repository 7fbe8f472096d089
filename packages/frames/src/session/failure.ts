import type { ErrorCode, Issue } from '@microapp/contract';

/**
 * Why something did not work, as the frame tells it to the visitor and to the host. Besides the server's codes:
 *
 *   offline        the browser knows that it has no network
 *   unreachable    no answer in time, or one that is not the server's
 *   host_refused   the host page gave no ticket or token
 *   no_host        the page around the frame said nothing in time
 *   page_too_old   the page around came back from the history, without the token that its address brought
 *   closed         the frame is going away
 */
export type FailureCode =
  | ErrorCode
  | 'offline'
  | 'unreachable'
  | 'host_refused'
  | 'no_host'
  | 'page_too_old'
  | 'closed';

type Details = {
  status?: number | undefined;
  issues?: readonly Issue[] | undefined;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
};

export class Failure extends Error {
  readonly code: FailureCode;
  /** The HTTP status, when the server answered. */
  readonly status: number | undefined;
  readonly issues: readonly Issue[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: FailureCode, details: Details = {}) {
    super(code, { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.status = details.status;
    this.issues = details.issues ?? [];
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
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
