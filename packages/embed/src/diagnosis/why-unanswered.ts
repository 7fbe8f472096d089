import type { Finding } from './finding.ts';
import { offline, policyForbids, stopped, timedOut } from './findings.ts';
import type { Inspection } from './inspection.ts';
import { isAnswered } from './is-answered.ts';

/**
 * Why a call of `url` ended without an answer that can be read. A page is told one and the same error of it, whatever it was, so
 * that it is found out by other calls.
 */
export async function whyUnanswered(url: string, inspection: Inspection, error: Error): Promise<Finding> {
  const { base, forbidden, patienceMs } = inspection;
  if (error.name === 'TimeoutError') return timedOut(url);
  if (error.name === 'SyntaxError') {
    return {
      code: 'no_network',
      text: `${url} is answered by something that is not Microapp.`,
      mend: 'Check baseUrl, and look for a proxy, a firewall or a sign-in page of the network.',
      detail: url,
    };
  }
  const signal = AbortSignal.any([inspection.signal, AbortSignal.timeout(patienceMs)]);
  const directive = await forbidden();
  if (directive) return policyForbids(directive, inspection);
  if (!navigator.onLine) return offline;
  // The same address, not to be read: who answers that has left out the headers that let a page read it.
  if (await isAnswered(url, signal)) {
    return {
      code: 'blocked_by_cors',
      text: `${url} is answered without the CORS headers that the server sends.`,
      mend: 'Let them through: look for a proxy that takes them away.',
      detail: url,
    };
  }
  if (await isAnswered(`${base}embed.js`, signal)) return stopped(url);
  return {
    code: 'no_network',
    text: `${base} does not answer at all.`,
    mend: 'Check that the server runs, its address (baseUrl), name and certificate.',
    detail: url,
  };
}
