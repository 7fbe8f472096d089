import type { Issue } from '@microapp/contract';
import { AppError } from '../app-error.ts';
import { isConnectionLoss } from '../db/errors.ts';

export type ErrorAnswer = {
  error: string;
  code: string;
  hint?: string;
  issues?: Issue[];
  requestId: string;
};

/** What the caller is told. Says nothing of a cause or a reason. */
export function errorAnswer(error: AppError, requestId: string): ErrorAnswer {
  return {
    error: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
    requestId,
  };
}

/** Every thrown thing as an AppError: what the framework refuses gets our code, a bug becomes `internal_error`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isConnectionLoss(thrown)) {
    return new AppError('unavailable', { cause: thrown, reason: 'database', headers: { 'retry-after': '2' } });
  }
  const framework = frameworkError(thrown);
  if (framework !== undefined) return framework;
  return new AppError('internal_error', { cause: thrown, reason: 'bug' });
}

type SchemaProblem = { instancePath: string; keyword: string; message?: string; params: Record<string, unknown> };

function frameworkError(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  switch (thrown.code) {
    case 'FST_ERR_VALIDATION': {
      // Fastify's own shape for failed schemas.
      const { validation = [] } = thrown as { validation?: SchemaProblem[] };
      return new AppError('validation_failed', { issues: validation.map(issueOf) });
    }
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError('payload_too_large', { hint: 'Send less in one request.' });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('unsupported_media_type');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new AppError('validation_failed', { message: 'The request body is not valid JSON.' });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new AppError('validation_failed');
    default:
      return undefined;
  }
}

function issueOf(problem: SchemaProblem): Issue {
  const path = problem.instancePath.split('/').slice(1).map(unescapePointer);
  if (problem.keyword === 'required') {
    return { path: [...path, problem.params['missingProperty']].join('.'), message: 'is required' };
  }
  if (problem.keyword === 'additionalProperties') {
    return {
      path: [...path, problem.params['additionalProperty']].join('.'),
      message: 'is not a field that can be set here',
    };
  }
  if (problem.keyword === 'enum' && Array.isArray(problem.params['allowedValues'])) {
    return { path: path.join('.'), message: `must be one of: ${problem.params['allowedValues'].join(', ')}` };
  }
  return { path: path.join('.'), message: problem.message ?? 'is not valid' };
}

/** A step of a JSON Pointer (RFC 6901) as the field is called. */
function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
