import { handshakeTimeoutMs } from '@microapp/contract/protocol';
import { isOn } from '../is-on.ts';
import type { Diagnose, LoadPart } from '../widget.ts';
import { after } from '../after.ts';
import { clock } from './browser-clock.ts';
import type { Finding } from './finding.ts';
import { findCredential } from './find-credential.ts';
import { knownBy, offline, policyForbids, stopped, timedOut } from './findings.ts';
import type { Inspection } from './inspection.ts';
import { mixedContent } from './mixed-content.ts';
import { notesOn } from './notes.ts';
import { problemOf } from './problem-of.ts';
import { linesOf, refusal } from './refusal.ts';
import { tryFrame } from './try-frame.ts';
import { watchPolicy } from './watch-policy.ts';

// From the page to a session in its frame, link by link; the first one that fails is the answer, because those behind it
// could only fail with it.
//   1. options that can work     2. the rest of the script     3. the session endpoint, or the page's own backend
//   4. the frame's document      5. the handshake              6. the exchange of the credential
// A widget that has failed knows where: links before that are left out, and 6 is never tried, so that a visitor's failure makes
// no session.

/** For each link, after a failure: the widget itself has waited longer than this. */
const patienceAfterFailureMs = 5000;

/** Names the first failing link and its mend. */
export const diagnose: Diagnose = async (options, base, load, gone, code, said, frameUrl, words) => {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, gone]);
  const home = new URL(base, location.href).href;
  const inspection: Inspection = {
    options,
    base: home,
    patienceMs: code ? patienceAfterFailureMs : (options.timeoutMs ?? handshakeTimeoutMs),
    signal,
    forbidden: watchPolicy(home, signal),
  };
  try {
    const finding = (await find()) ?? {
      code: code ?? 'ok',
      text: 'It failed once, and works now.',
      mend: 'Try again.',
    };
    const message = finding.mend ? `${finding.text} ${finding.mend}` : finding.text;
    const isForDeveloper = isOn(options.debug) || /^(localhost|127(\.\d+){3})$/.test(location.hostname);
    if (words && isForDeveloper) words.data = message;
    return { ...finding, message };
  } finally {
    over.abort();
  }

  /** Nothing, where what has failed does so no more. */
  async function find(): Promise<Finding | undefined> {
    const problem = problemOf(options);
    if (problem) return problem;
    // The frame's words hold their mend.
    if (code && said) return frameUrl ? { code, text: said } : refusal(code, ...linesOf(said));
    const known = mixedContent(inspection) ?? knownBy(code);
    if (known) return known;
    if (code && frameUrl) return tryFrame(frameUrl, inspection, undefined);
    const script = await tryScript(load, inspection);
    if (script || code === 'script_blocked') return script;
    // The page's backend is not asked for a widget that is gone.
    if (signal.aborted) return undefined;
    const found = await findCredential(inspection);
    if ('finding' in found) return found.finding;
    if (code) return undefined;
    const {
      credential: [secret, url],
      answeredAt,
    } = found;
    return (await tryFrame(url, inspection, secret)) ?? works(answeredAt);
  }
};

async function tryScript(load: LoadPart, inspection: Inspection): Promise<Finding | undefined> {
  const { patienceMs, signal, forbidden, base } = inspection;
  const slow = Symbol('slow');
  try {
    // Under an address that no browser remembers.
    const loaded = load('runtime', clock.monotonicMs());
    const first = await Promise.race([loaded, after(patienceMs, signal).then(() => slow)]);
    return first === slow ? timedOut(`${base}embed/assets/`) : undefined;
  } catch {
    const directive = await forbidden();
    if (directive) return policyForbids(directive, inspection);
    return navigator.onLine ? { ...stopped(`${base}embed/assets/`), code: 'script_blocked' } : offline;
  }
}

function works(answeredAt: string | null): Finding {
  const notes = notesOn(answeredAt).join(' ');
  return { code: 'ok', text: 'Works.', ...(notes && { mend: notes }) };
}
