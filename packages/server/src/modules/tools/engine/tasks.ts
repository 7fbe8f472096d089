import type { FailureReason } from './step-failure.ts';

/**
 * What travels between the server and its workers: a task, then its reply, and nothing that was not asked for. Values travel as JSON text: a string crosses by memory copy, the
 * sandbox wants text anyway, and nothing that is not JSON can slip through.
 */
export type Task =
  | { do: 'report-ready' }
  | { do: 'check-inputs-schema'; schemaText: string }
  | { do: 'check-transform'; expression: string }
  | { do: 'check-function'; code: string }
  | { do: 'validate-inputs'; schemaText: string; inputsText: string }
  | { do: 'reprint'; text: string }
  | { do: 'run-transform'; expression: string; contextText: string; nowMs: number }
  | { do: 'evaluate'; expressions: readonly string[]; contextText: string; nowMs: number }
  | { do: 'run-function'; code: string; contextText: string; nowMs: number };

/** Whether a worker said what it may: it may be in a stranger's hands. */
export function isReply(value: unknown): value is Reply {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return false;
  if (value.ok === true) return 'text' in value && typeof value.text === 'string';
  const reason: unknown = value.ok === false && 'reason' in value ? value.reason : undefined;
  return typeof reason === 'object' && reason !== null && 'kind' in reason && typeof reason.kind === 'string';
}

/** `text` is JSON: the step's result, or the list of issues. */
export type Reply = ({ ok: true; text: string } | { ok: false; reason: FailureReason }) & {
  /** The worker's heap is nearly full: whoever came next would pay for it, so nobody may. */
  isSpent?: true;
};
