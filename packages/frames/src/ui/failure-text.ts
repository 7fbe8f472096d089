import type { Failure } from '../session/failure.ts';
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
export function failureText(text: Text, { code, retryAfterSeconds }: Failure): { title: string; advice: string } {
  if (code === 'rate_limited' && retryAfterSeconds !== undefined) {
    return {
      title: text('failure.rate_limited'),
      advice: text('failure.rate_limited.wait', { seconds: retryAfterSeconds }),
    };
  }
  const name = refusals.has(code) ? 'refused' : (known.find((candidate) => candidate === code) ?? 'internal_error');
  const key = `failure.${name}` as const satisfies TextKey;
  return { title: text(key), advice: text(`${key}.advice`) };
}
