import type { Clock } from '../clock.ts';
import { OutboundError } from './outbound-error.ts';

/** The end of a call: its time is up, or the caller has no more use for it. */
export type Deadline = {
  /** Fires at either. */
  signal: AbortSignal;
  /** What whoever waits is told of an error: the caller's own reason, or an `OutboundError`. */
  errorOf(cause: unknown): unknown;
  /** Ends the waiting: nothing fires any more. */
  stop(): void;
};

/** Starts to count. `signal` is the caller's. */
export function startDeadline(clock: Clock, timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const ending = new AbortController();
  const stop = clock.after(timeoutMs, () => ending.abort());
  return {
    signal: signal === undefined ? ending.signal : AbortSignal.any([ending.signal, signal]),
    errorOf(cause) {
      if (ending.signal.aborted) return new OutboundError('timed_out', { cause });
      if (signal?.aborted === true) return signal.reason as unknown;
      return cause instanceof OutboundError ? cause : new OutboundError('unreachable', { cause });
    },
    stop,
  };
}
