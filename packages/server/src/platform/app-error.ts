import { errors, type ErrorCode, type Issue } from '@microapp/contract';

export type AppErrorOptions = {
  /** Why, for the log and the owner; never sent to the caller. */
  reason?: string;
  /** What to do next, for the caller; replaces the code's own hint. */
  hint?: string;
  /** A sentence for the caller; replaces the code's own. */
  message?: string;
  issues?: Issue[];
  headers?: Record<string, string>;
  cause?: unknown;
};

/** An expected failure. Anything else that is thrown is a bug: 500, logged with its cause. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly reason: string | undefined;
  readonly hint: string | undefined;
  readonly issues: Issue[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const entry: { status: number; message: string; hint?: string } = errors[code];
    super(options.message ?? entry.message, { cause: options.cause });
    this.code = code;
    this.status = entry.status;
    this.reason = options.reason;
    this.hint = options.hint ?? entry.hint;
    this.issues = options.issues;
    this.headers = options.headers ?? {};
  }
}

/** 404 for what does not exist, and for what is somebody else's. */
export function notFound(what: string): AppError {
  return new AppError('not_found', { message: `There is no such ${what}.` });
}

/** 400 with one problem per field. */
export function invalid(issues: Issue[]): AppError {
  return new AppError('validation_failed', { issues });
}
