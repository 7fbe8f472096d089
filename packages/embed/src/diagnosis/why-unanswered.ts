import type { Finding } from './finding.ts';
import { policyForbids, timedOut } from './sentences.ts';

/**
 * Why a call of `url` failed before there was an answer to read. What a browser tells the page of that is one and the same error,
 * so it is found out by other calls.
 */
export async function whyUnanswered(
  url: string,
  base: string,
  error: unknown,
  forbidden: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<Finding> {
  if (signal.aborted || (error as Error).name === 'TimeoutError') return timedOut(url);
  const directive = await forbidden();
  if (directive) return policyForbids(directive, base);
  if (location.protocol === 'https:' && base.startsWith('http:')) {
    return {
      code: 'no_network',
      text: `This page is https, and ${base} is not: the browser loads none of it.`,
      mend: 'Serve Microapp by https, too.',
    };
  }
  if (!navigator.onLine) return { code: 'no_network', text: 'The browser is offline.', mend: 'Try again later.' };
  // The same address without being read: whoever answers that, answers without the headers that let a page read it.
  if (await isAnswered(url, signal)) {
    return {
      code: 'no_network',
      text: `${url} is answered without CORS headers, by something on the way.`,
      mend: 'Let the headers of the embed API through as the server sends them.',
      detail: 'cors',
    };
  }
  if (await isAnswered(`${base}embed.js`, signal)) {
    return {
      code: 'blocked_by_client',
      text: `Something in this browser or network stops ${url}, while ${base} answers otherwise.`,
      mend: 'Look for an ad blocker, a privacy extension or a firewall, and allow it there.',
      detail: url,
    };
  }
  return {
    code: 'no_network',
    text: `${base} does not answer at all.`,
    mend: 'Check that the server runs, its address (baseUrl), DNS and certificate.',
  };
}

async function isAnswered(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal });
    return true;
  } catch {
    return false;
  }
}
