import {
  OutboundError,
  type Outbound,
  type OutboundAnswer,
  type OutboundFailure,
} from '../../platform/outbound/index.ts';
import type { PerformTask } from './theme-worker.ts';
import { problemWith } from './problem.ts';
import type { FoundThemes } from './tasks.ts';

const pageTimeoutMs = 8_000;
const pageBytesMax = 2 * 1024 * 1024;
const styleSheetTimeoutMs = 5_000;
const styleSheetBytesMax = 512 * 1024;
/** A site's apex leads to its www, that to the visitor's language. */
const redirectsMax = 4;

const failures: Readonly<Record<OutboundFailure, string>> = {
  address_not_allowed: 'leads to a private address, which this server does not fetch. Give a public website, or a logo',
  name_unknown: 'has a name that is not known. Check the spelling',
  unreachable: 'cannot be reached',
  timed_out: `did not answer within ${pageTimeoutMs / 1000} seconds`,
  answer_too_large: 'is too long to be read. Give another page of the website, or a logo',
};

/** Themes from a page and its first style sheets. Throws `validation_failed` for what is no page that can be read. */
export async function readWebsite(
  { outbound, userAgent, perform }: { outbound: Outbound; userAgent: string; perform: PerformTask },
  address: string,
): Promise<FoundThemes & { styleSheets: number }> {
  const url = urlOf(address);
  const page = await fetchPage(outbound, { url, userAgent });
  const html = page.body.toString();
  const known = { do: 'read-website', html, address: url.href } as const;
  const alone = await perform({ ...known, styleSheets: [] });
  const sheets = await Promise.all(
    alone.styleSheetUrls.map((sheet) => fetchStyleSheet(outbound, { url: new URL(sheet), userAgent })),
  );
  const styleSheets = sheets.filter((css) => css !== undefined);
  if (styleSheets.length === 0) return { ...alone, styleSheets: 0 };
  const together = await perform({ ...known, styleSheets });
  return { ...together, styleSheets: styleSheets.length };
}

function urlOf(address: string): URL {
  const text = address.trim();
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw problemWith('url', 'is not the address of a website; write it like https://www.example.com');
  }
  if (url.username !== '' || url.password !== '') throw problemWith('url', 'must not have a password in it');
  url.hash = '';
  return url;
}

async function fetchPage(
  outbound: Outbound,
  { url, userAgent }: { url: URL; userAgent: string },
): Promise<OutboundAnswer> {
  const headers = { accept: 'text/html', 'accept-encoding': 'identity', 'user-agent': userAgent };
  try {
    const answer = await outbound.send({
      method: 'GET',
      url,
      headers,
      timeoutMs: pageTimeoutMs,
      bodyBytesMax: pageBytesMax,
      redirectsMax,
    });
    if (answer.status < 200 || answer.status > 299) {
      throw problemWith('url', `answers with an error (${answer.status}) instead of a page`);
    }
    if (!/^(text\/html|application\/xhtml\+xml)\b/i.test(answer.headers['content-type'] ?? '')) {
      throw problemWith('url', 'is not a web page');
    }
    return answer;
  } catch (error) {
    if (error instanceof OutboundError) throw problemWith('url', failures[error.failure]);
    throw error;
  }
}

/** A style sheet is not worth failing for: without it there are fewer colors. */
async function fetchStyleSheet(
  outbound: Outbound,
  { url, userAgent }: { url: URL; userAgent: string },
): Promise<string | undefined> {
  try {
    const answer = await outbound.send({
      method: 'GET',
      url,
      headers: { accept: 'text/css', 'accept-encoding': 'identity', 'user-agent': userAgent },
      timeoutMs: styleSheetTimeoutMs,
      bodyBytesMax: styleSheetBytesMax,
      redirectsMax,
    });
    const isStyleSheet = answer.status === 200 && /^text\/css\b/i.test(answer.headers['content-type'] ?? '');
    return isStyleSheet ? answer.body.toString() : undefined;
  } catch (error) {
    if (error instanceof OutboundError) return undefined;
    throw error;
  }
}
