import { after } from '../after.ts';

/** Reports that the browser has kept are handed over in a task of their own. */
const reportsComeWithinMs = 100;

/**
 * Whether this page's Cross-Origin-Embedder-Policy has kept out what is at `url`, as far as the browser says so, which
 * Chromium does.
 */
export async function keepsOut(url: string, signal: AbortSignal): Promise<boolean> {
  if (!('ReportingObserver' in window)) return false;
  let isKeptOut = false;
  const observer = new ReportingObserver(
    (reports) => {
      // The body of such a report has no members, but a text.
      isKeptOut ||= JSON.stringify(reports).includes(`"${url}`);
    },
    { types: ['coep'], buffered: true },
  );
  observer.observe();
  await after(reportsComeWithinMs, signal);
  observer.disconnect();
  return isKeptOut;
}
