import type { ErrorCode } from '../options.ts';
import type { Answer } from '../widget.ts';
import type { Finding } from './finding.ts';

/** The server's own words, where an answer of the embed API is a refusal. */
export function refusalIn({ code, error, hint }: Answer): Finding | undefined {
  return code && error ? refusal(code, error, hint) : undefined;
}

const mends: Partial<Record<ErrorCode, string>> = {
  // The server does not tell unknown from revoked or expired.
  invalid_token:
    'It may be revoked, rotated or expired, or of another installation: take the present one from the dashboard.',
  permission_denied: 'Look in the dashboard which apps it is for and what it may do, and name one of them.',
};

/** What is wrong and what mends it, as the widget hands the server's words on; older ones say both in one line. */
export function linesOf(said: string): [text: string, hint: string | undefined] {
  const [text = '', hint] = said.split('\n');
  return [text, hint || undefined];
}

/** A refusal of the server, in its own words; `hint` is its mend where there is none of ours. */
export function refusal(code: ErrorCode, text: string, hint?: string): Finding {
  return { code, text, mend: mends[code] ?? hint, ...(code === 'origin_not_allowed' && { origin: location.origin }) };
}
