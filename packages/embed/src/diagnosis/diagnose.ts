import { handshakeTimeoutMs } from '@microapp/contract/protocol';
import type { Secret } from '../host/frame-link.ts';
import { nextCredential, type Credential } from '../host/next-credential.ts';
import type { ErrorCode } from '../options.ts';
import type { Answer, Diagnose } from '../widget.ts';
import { after } from './after.ts';
import type { Finding } from './finding.ts';
import { problemOf } from './problem-of.ts';
import { knownBy, policyForbids, scriptBlocked, works } from './sentences.ts';
import { tryFrame } from './try-frame.ts';
import { watchPolicy } from './watch-policy.ts';
import { whyUnanswered } from './why-unanswered.ts';

// From the page to a session in its frame, link by link; the first one that fails is the answer, because those behind it
// could only fail with it.
//   1. options that can work     2. the rest of the script     3. the session endpoint, or the page's own backend
//   4. the frame's document      5. the handshake              6. the exchange of the credential
// Where a widget has failed, and at which link is known, the links before it are left out, and 6 is never tried: a visitor's
// failure makes no session.

/** For each link: the widget itself has waited longer than this. */
const patienceAfterFailureMs = 3000;

/** Names the first failing link and its mend. */
export const diagnose: Diagnose = async (options, base, load, code, said, frameUrl, words) => {
  const over = new AbortController();
  const { signal } = over;
  const forbidden = watchPolicy(base, signal);
  const patienceMs = code ? patienceAfterFailureMs : (options.timeoutMs ?? handshakeTimeoutMs);
  try {
    const finding = said && code ? { code, text: said } : await find();
    const message = finding.mend ? `${finding.text} ${finding.mend}` : finding.text;
    const isForDeveloper = options.debug || /^(localhost$|127\.)/.test(location.hostname);
    if (words && isForDeveloper) words.data = message;
    return { ...finding, message };
  } finally {
    over.abort();
  }

  async function find(): Promise<Finding> {
    const known = problemOf(options) ?? knownBy(code, options);
    if (known) return known;
    if (code && frameUrl) return passing(await tryFrame(frameUrl, base, undefined, patienceMs, forbidden, signal));
    try {
      await Promise.race([
        load('runtime', window.performance.now()),
        after(patienceMs, signal).then(() => Promise.reject(new Error())),
      ]);
    } catch {
      const directive = await forbidden();
      return directive ? policyForbids(directive, base) : scriptBlocked;
    }
    if (code === 'script_blocked') return passing(works);
    const credential = await findCredential();
    if ('code' in credential) return credential;
    if (code) return passing(works);
    const init = { ...credential.secret, slug: options.app } as Secret; // what is undefined is absent to the frame
    return tryFrame(credential.frameUrl, base, init, patienceMs, forbidden, signal);
  }

  /** What has failed, and does so no more. */
  function passing(finding: Finding): Finding {
    if (finding.code !== 'ok' || !code) return finding;
    return { code, text: `It failed (${code}), and works now.`, mend: 'Try again.' };
  }

  async function findCredential(): Promise<Credential | Finding> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    let refusal: Finding | undefined;
    try {
      return await nextCredential(options, base, 'start', patience, ask);
    } catch (error) {
      const { message, cause } = error as Error;
      return refusal ?? knownBy(message as ErrorCode, options) ?? { code: message as ErrorCode, text: String(cause) };
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
        const answer = (await response.json()) as Answer;
        const { code: refusedAs, error: text, hint: mend } = answer;
        if (refusedAs && text) refusal = { code: refusedAs, text, mend, origin: location.origin };
        return answer;
      } catch (error) {
        refusal = await whyUnanswered(url, base, error, forbidden, signal);
        throw error;
      }
    }
  }
};
