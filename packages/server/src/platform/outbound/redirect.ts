import type { Exchange, OutboundRequest } from './exchange.ts';

/** What says nothing of the caller, and may be told to another origin. Signatures, keys and cookies are not in here. */
const harmlessHeaders = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);
const bodyHeaders = new Set(['content-type', 'content-length', 'content-encoding', 'content-language']);

/**
 * The request that follows a redirect (RFC 9110, section 15.4), or undefined when the answer is none, or leads nowhere
 * that is followed: to another scheme than http and https, or away from encryption. Of the headers, another origin is
 * sent only those that say nothing; a password in the new address is dropped.
 */
export function redirected(request: OutboundRequest, answer: Omit<Exchange, 'body'>): OutboundRequest | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const url = URL.parse(answer.headers.location ?? '', request.url.href);
  if (answer.headers.location === undefined || url === null || !isFollowed(request.url, url)) return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';

  const isSameOrigin = url.origin === request.url.origin;
  const headers = headersWhere(request, (name) => isSameOrigin || harmlessHeaders.has(name));
  // 301 and 302 keep a method other than POST, as everybody does.
  const becomesGet = answer.status === 303 || (answer.status < 303 && request.method === 'POST');
  if (!becomesGet) return { ...request, url, headers };
  return { method: 'GET', url, headers: headersWhere({ headers }, (name) => !bodyHeaders.has(name)) };
}

function isFollowed(from: URL, to: URL): boolean {
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
}

function headersWhere(
  { headers = {} }: Pick<OutboundRequest, 'headers'>,
  isKept: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name.toLowerCase())));
}
