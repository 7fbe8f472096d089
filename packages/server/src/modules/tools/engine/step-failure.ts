/** What a step ran into. `output` is the size of its result. */
export type StepLimit = 'time' | 'memory' | 'stack' | 'output';

/**
 * Why work on a tool did not end well. `detail` may quote the tool's own words: it is for the owner's log, never for
 * whoever ran the tool.
 * - `threw`: the tool's own fault: its code threw, its expression failed, or its result is not JSON.
 * - `limit`: the tool asked for more than it may have.
 * - `endpoint`: an address outside that the step calls did not answer as it should.
 * - `provider`: the model's provider did not; `retryAfterSeconds` is what it asked for, if it did.
 * - `crashed`: our fault: a worker died in a way that no limit explains.
 * - `overloaded`: the queue is full, or the engine is closing; nothing was run.
 * - `aborted`: the caller's signal fired.
 */
export type FailureReason =
  | { kind: 'threw'; detail: string }
  | { kind: 'limit'; limit: StepLimit }
  | { kind: 'endpoint'; detail: string }
  | { kind: 'provider'; detail: string; retryAfterSeconds?: number }
  | { kind: 'crashed'; detail: string }
  | { kind: 'overloaded' }
  | { kind: 'aborted' };

const failureDetailCharsMax = 2_000;

/** The one error that the tool engine throws on purpose; branch on `reason.kind`. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, options: { cause?: unknown } = {}) {
    super(sentenceOf(reason), options);
    this.reason = reason;
  }
}

/** The reason for the tool's own failure, cut to a length that a log can bear. */
export function threw(detail: string): FailureReason {
  return { kind: 'threw', detail: detail.slice(0, failureDetailCharsMax) };
}

export function limitReached(limit: StepLimit): FailureReason {
  return { kind: 'limit', limit };
}

const limitSentences: Record<StepLimit, string> = {
  time: 'The step took too long.',
  memory: 'The step used too much memory.',
  stack: 'The step calls itself too deeply.',
  output: 'The result of the step is too large.',
};

function sentenceOf(reason: FailureReason): string {
  switch (reason.kind) {
    case 'threw':
      return `The step failed: ${reason.detail}`;
    case 'limit':
      return limitSentences[reason.limit];
    case 'endpoint':
      return `The address that the step calls failed: ${reason.detail}`;
    case 'provider':
      return `The AI provider failed: ${reason.detail}`;
    case 'crashed':
      return `The worker that ran the step died: ${reason.detail}`;
    case 'overloaded':
      return 'Too many steps are waiting to run.';
    case 'aborted':
      return 'The step was called off.';
  }
}
