import { findCredentials } from '@microapp/contract';
import type { JwtInQuery } from './define-route.ts';

/**
 * Begins at the dot and consumes nothing else: a search that begins at `eyJ` is quadratic on a URL that repeats it, which
 * costs a stranger nothing to send, and one that consumes can be led past a JWT by something that looks like its header.
 */
const jwtPattern = /(?<=(eyJ[\w-]+))\.(?=(eyJ[\w-]+)\.([\w-]*))/g;

const audiencePrefix = 'microapp:';
const wholeJwtPattern = /^eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+$/;

/**
 * The first of our credentials that stands anywhere in the URL, decoded: in a value, in a name, in the path. The name
 * of the parameter does not matter. Undefined when there is none, or no other than the one that the route `admits`.
 */
export function credentialInUrl(url: string, admits?: JwtInQuery): string | undefined {
  // The cheap test first: every request passes here, and nearly none has a token in its URL.
  if (!url.includes('_') && !url.includes('%') && !url.includes('eyJ')) return undefined;
  const decoded = decodeLoosely(url);
  // Credentials are looked for in what is admitted, too: three parts with dots are soon made around one.
  const credential = findCredentials(decoded)[0];
  if (credential !== undefined || admits === undefined) return credential ?? findOurJwt(decoded);
  return findOurJwt(decodeLoosely(withoutAdmitted(url, admits)));
}

function findOurJwt(text: string): string | undefined {
  for (const [, header = '', payload = '', signature = ''] of text.matchAll(jwtPattern)) {
    if (isOurs(payload)) return `${header}.${payload}.${signature}`;
  }
  return undefined;
}

/** The URL without the admitted token, when it stands there once, unescaped, as the parameter's whole value. */
function withoutAdmitted(url: string, { parameter, audience }: JwtInQuery): string {
  const queryAt = url.indexOf('?') + 1;
  if (queryAt === 0) return url;
  const parts = url.slice(queryAt).split('&');
  const [found, ...others] = parts.filter((part) => part.startsWith(`${parameter}=`));
  if (found === undefined || others.length > 0) return url;
  const payload = wholeJwtPattern.exec(found.slice(parameter.length + 1))?.[1];
  if (payload === undefined || !audiencesOfOurs(payload).every((named) => named === audience)) return url;
  return url.slice(0, queryAt) + parts.filter((part) => part !== found).join('&');
}

/** Whether an unverified JWT payload names us as its audience. Enough to refuse it: nobody else's has a claim to pass. */
function isOurs(payload: string): boolean {
  return audiencesOfOurs(payload).length > 0;
}

/** The audiences of an unverified JWT payload that are ours. */
function audiencesOfOurs(payload: string): string[] {
  const text = Buffer.from(payload, 'base64url').toString();
  // A URL has room for thousands of things to parse, and each that fails costs an exception.
  if (!text.includes(`"${audiencePrefix}`)) return [];
  try {
    const claims: unknown = JSON.parse(text);
    if (typeof claims !== 'object' || claims === null || !('aud' in claims)) return [];
    return [claims.aud]
      .flat()
      .filter((audience) => typeof audience === 'string')
      .filter((audience) => audience.startsWith(audiencePrefix));
  } catch {
    return [];
  }
}

function decodeLoosely(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    // One broken escape must not hide a token that stands beside it.
    return url.replace(/%[0-9a-f]{2}/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
  }
}
