import type { Clock } from '../../../platform/clock.ts';
import { OutboundError, type OutboundAnswer, type OutboundMethod } from '../../../platform/outbound/index.ts';

/** What came of one try: an answer, or none. */
export type Tried = OutboundAnswer | OutboundError;

/** Asking twice is asking once (RFC 9110, section 9.2.2). POST and PATCH may have been carried out, answer or not. */
const repeatable: readonly OutboundMethod[] = ['GET', 'PUT', 'DELETE'];
const passingStatuses: readonly number[] = [502, 503, 504];

/** Before the second and the third try; there is no fourth. */
const pausesMs: readonly number[] = [250, 1000];

/**
 * How long to wait before asking again, in milliseconds; undefined when there is nothing to hope for. `tries` have been
 * made, the last came to `tried`. An endpoint that says when (`Retry-After`) is not asked earlier.
 */
export function pauseBeforeRetry(
  tried: Tried,
  { method, tries, nowMs }: { method: OutboundMethod; tries: number; nowMs: number },
): number | undefined {
  const pauseMs = pausesMs[tries - 1];
  if (pauseMs === undefined || !repeatable.includes(method)) return undefined;
  if (tried instanceof OutboundError) return tried.failure === 'unreachable' ? pauseMs : undefined;
  const afterMs = retryAfterMs(tried.headers['retry-after'], nowMs);
  // Somebody who counts requests and does not say when the next is welcome is not asked again.
  if (tried.status === 429) return afterMs === undefined ? undefined : Math.max(afterMs, pauseMs);
  return passingStatuses.includes(tried.status) ? Math.max(afterMs ?? 0, pauseMs) : undefined;
}

/** `Retry-After`, which is seconds or a date; undefined for everything else. */
function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // The parser alone would take almost anything for a year.
  const at = /^\w{3}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(at - nowMs, 0);
}

/** Resolves after `pauseMs`; rejects with the signal's reason when it fires before. */
export async function pause(clock: Clock, pauseMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const waited = Promise.withResolvers<void>();
  const stop = clock.after(pauseMs, () => waited.resolve());
  const giveUp = (): void => waited.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await waited.promise;
  } finally {
    stop();
    signal.removeEventListener('abort', giveUp);
  }
}
