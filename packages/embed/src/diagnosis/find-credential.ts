import { nextCredential, type Credential } from '../host/next-credential.ts';
import type { ErrorCode, MountOptions } from '../options.ts';
import type { Answer } from '../widget.ts';
import type { Finding } from './finding.ts';
import type { Inspection } from './inspection.ts';
import { linesOf, refusal, refusalIn } from './refusal.ts';
import { whyUnanswered } from './why-unanswered.ts';

/** What the widget would start with. `answeredAt` is the `date` of the server's answer, null where it was not asked. */
export type Found = { credential: Credential; answeredAt: string | null };

/** Gets a credential as the widget gets it; or finds why there is none. */
export async function findCredential(inspection: Inspection): Promise<Found | { finding: Finding }> {
  const { options, base, patienceMs, signal } = inspection;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  let answeredAt: string | null = null;
  let finding: Finding | undefined;
  try {
    return {
      credential: await nextCredential(withPatience(options, patience), base, 'start', patience, ask),
      answeredAt,
    };
  } catch (error) {
    const { message, cause } = error as Error;
    return { finding: finding ?? ofBackend(message as ErrorCode, cause) };
  }

  async function ask(path: string, body: object): Promise<Answer> {
    const url = `${base}v1/embed/${path}`;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: patience,
      });
      answeredAt = response.headers.get('date');
      const answer = (await response.json()) as Answer;
      finding = refusalIn(answer);
      return answer;
    } catch (error) {
      finding = await whyUnanswered(url, inspection, error as Error);
      throw error;
    }
  }
}

/** The page's own `getToken` may not look at its signal. */
function withPatience(options: MountOptions, patience: AbortSignal): MountOptions {
  const { getToken } = options;
  if (!getToken) return options;
  return { ...options, getToken: (request) => Promise.race([getToken(request), rejectionAt(patience)]) };
}

function rejectionAt(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('getToken is late'))));
}

/** The page's own backend has no ticket, and may have passed on why. */
function ofBackend(code: ErrorCode, words: unknown): Finding {
  if (typeof words === 'string') return refusal(code, ...linesOf(words));
  return {
    code,
    text: 'getToken fails, or gives no ticket.',
    mend: 'It has to give what the session endpoint answers your backend: { ticket, frameUrl }.',
  };
}
