import type { Failure } from '../session/failure.ts';
import type { Format } from './format.ts';
import type { Text, TextKey } from './texts/texts.ts';

/** Codes that say the same to a visitor: not here, not now, and nothing that a visitor could mend. */
const refusals: ReadonlySet<string> = new Set([
  'missing_auth',
  'invalid_token',
  'token_in_url',
  'mixed_auth',
  'origin_not_allowed',
  'permission_denied',
  'workspace_disabled',
  'host_refused',
]);

const known = [
  'no_host',
  'page_too_old',
  'not_found',
  'offline',
  'unreachable',
  'cut_off',
  'canceled',
  'unavailable',
  'rate_limited',
  'quota_exceeded',
  'byok_required',
  'llm_error',
  'tool_error',
  'timeout',
  'payload_too_large',
  'validation_failed',
] as const;

/** What happened and what to do, for a visitor. The server's own sentences are for developers and are not shown. */
export function failureText(
  text: Text,
  format: Pick<Format, 'date'>,
  failure: Failure,
): Record<'title' | 'advice', string> {
  const { code } = failure;
  const name = refusals.has(code) ? 'refused' : (known.find((candidate) => candidate === code) ?? 'internal_error');
  const key = `failure.${name}` as const satisfies TextKey;
  const startsAnew = code === 'quota_exceeded' ? quotaStartsAnew(failure) : undefined;
  const advice =
    startsAnew === undefined
      ? text(`${key}.advice`)
      : text('failure.quota_exceeded.until', { time: format.date(startsAnew) });
  return { title: text(key), advice };
}

const dayMs = 86_400_000;

/**
 * When an exhausted quota starts anew, ISO 8601; `undefined` when the answer did not say what time it was. By the server's
 * clock: the visitor's may be wrong. Without word of the server it is the next midnight, UTC.
 */
function quotaStartsAnew({ answeredAt, retryAfterSeconds }: Failure): string | undefined {
  if (answeredAt === undefined) return undefined;
  const nextMidnight = (Math.floor(answeredAt / dayMs) + 1) * dayMs;
  const at = retryAfterSeconds === undefined ? nextMidnight : answeredAt + retryAfterSeconds * 1000;
  // The `Date` header counts in seconds, and the wait is rounded up: to the minute is as exact as it is.
  return new Date(Math.round(at / 60_000) * 60_000).toISOString();
}

/** How long the visitor has to wait before it is worth another try; 0 when that is unknown, or is a matter of hours. */
export function waitSeconds({ code, retryAfterSeconds = 0 }: Failure): number {
  return code === 'quota_exceeded' || retryAfterSeconds > countdownSecondsMax ? 0 : Math.ceil(retryAfterSeconds);
}

/** Nobody sits in front of a longer countdown. */
const countdownSecondsMax = 15 * 60;
