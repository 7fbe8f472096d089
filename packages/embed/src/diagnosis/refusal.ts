import type { ErrorCode } from '../options.ts';
import type { Answer } from '../widget.ts';
import type { Finding } from './finding.ts';

/** The server's own words, where an answer of the embed API is a refusal. */
export function refusalIn({ code, error, hint }: Answer): Finding | undefined {
  return code && error ? refusal(code, error, hint) : undefined;
}

/** A refusal of the server. It does not tell unknown from revoked or expired, and so has no mend for them. */
export function refusal(code: ErrorCode, text: string, hint?: string): Finding {
  const mend =
    code === 'invalid_token'
      ? 'It may be revoked, rotated or expired, or of another installation: take the present one from the dashboard.'
      : hint;
  return { code, text, mend, ...(code === 'origin_not_allowed' && { origin: location.origin }) };
}
