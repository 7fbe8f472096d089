import { AppError } from '../../platform/app-error.ts';
import type { StepFailure } from './engine/step-failure.ts';

/** Why a run was called off, as the signal that did it says. */
export function callOffOf(signal: AbortSignal): AppError {
  return signal.reason instanceof AppError ? signal.reason : new AppError('canceled', { cause: signal.reason });
}

/** What the caller is told of a step that failed: which one, and what kind of failure; the tool's words stay here. */
export function appErrorOf(failure: StepFailure, stepName: string): AppError {
  const { reason } = failure;
  switch (reason.kind) {
    case 'threw':
    case 'crashed':
    case 'endpoint':
      return new AppError('tool_error', {
        message: `The step "${stepName}" failed.`,
        hint: 'Tell the provider of this tool; the request id helps them.',
        reason: `${reason.kind}: ${reason.detail}`,
        cause: failure,
      });
    case 'provider':
      return new AppError('llm_error', {
        message: `The AI provider did not answer properly in the step "${stepName}".`,
        hint: 'Try again. If it stays, tell the provider of this tool; the request id helps them.',
        reason: `${reason.kind}: ${reason.detail}`,
        headers: reason.retryAfterSeconds === undefined ? {} : { 'retry-after': String(reason.retryAfterSeconds) },
        cause: failure,
      });
    case 'limit':
      return new AppError('timeout', {
        message: `The step "${stepName}" ran into a limit (${reason.limit}).`,
        hint: 'Try smaller inputs, or tell the provider of this tool.',
        reason: `limit: ${reason.limit}`,
        cause: failure,
      });
    case 'overloaded':
    case 'aborted':
      return new AppError('unavailable', {
        message: 'Too many tools are running at the moment.',
        reason: reason.kind,
        headers: { 'retry-after': '1' },
        cause: failure,
      });
  }
}
