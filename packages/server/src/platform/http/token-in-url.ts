import { apiKeyLength, findApiKey, findCredentials, findSignedToken } from '@microapp/contract';
import type { JwtInQuery } from './define-route.ts';

/**
 * Begins at the dot and consumes nothing else: a search that begins at `eyJ` is quadratic on a URL that repeats it, which
 * costs a stranger nothing to send, and one that consumes can be led past a JWT by something that looks like its header.
 */
const jwtPattern = /(?<=(eyJ[\w-]+))\.(?=(eyJ[\w-]+)\.([\w-]*))/g;

/** An opaque credential of the shortest prefix. */
const shortestLength = Math.min(apiKeyLength, 'mk_'.length + 38);

const audiencePrefix = 'microapp:';
const wholeJwtPattern = /^eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+$/;

/** What a route lets stand in its address, for pages that are opened by it. */
export type AdmittedInUrl = {
  jwtInQuery?: JwtInQuery | undefined;
  /** The one parameter whose value may be a signed token, once. */
  signedTokenInQuery?: string | undefined;
};

/**
 * The first of our credentials that stands anywhere in the URL, decoded: in a value, in a name, in the path. The name
 * of the parameter does not matter. Undefined when there is none, or no other than what the route `admits`.
 */
export function credentialInUrl(url: string, admits: AdmittedInUrl = {}): string | undefined {
  // The cheap test first: every request passes here, and nearly none has anything in its URL that is as long as the
  // shortest credential.
  if (url.length < shortestLength) return undefined;
  const decoded = decodeLoosely(url);
  // Opaque credentials are looked for in what is admitted, too: parts with dots are soon made around one.
  const credential = findCredentials(decoded)[0];
  if (credential !== undefined) return credential;
  const rest = decodeLoosely(withoutAdmitted(url, admits));
  return findOurJwt(rest) ?? findSignedToken(rest) ?? findApiKey(rest);
}

function withoutAdmitted(url: string, { jwtInQuery, signedTokenInQuery }: AdmittedInUrl): string {
  const withoutJwt = jwtInQuery === undefined ? url : withoutAdmittedJwt(url, jwtInQuery);
  return signedTokenInQuery === undefined ? withoutJwt : withoutSignedToken(withoutJwt, signedTokenInQuery);
}

/** The URL without its first parameter `name`, if that is a signed token and nothing else. */
function withoutSignedToken(url: string, name: string): string {
  const queryAt = url.indexOf('?') + 1;
  if (queryAt === 0) return url;
  const parameters = url.slice(queryAt).split('&');
  const at = parameters.findIndex((parameter) => parameter.startsWith(`${name}=`));
  const value = decodeLoosely(parameters[at]?.slice(name.length + 1) ?? '');
  if (at === -1 || findSignedToken(value) !== value) return url;
  return url.slice(0, queryAt) + parameters.toSpliced(at, 1).join('&');
}

function findOurJwt(text: string): string | undefined {
  for (const [, header = '', payload = '', signature = ''] of text.matchAll(jwtPattern)) {
    if (isOurs(payload)) return `${header}.${payload}.${signature}`;
  }
  return undefined;
}

/** The URL without the admitted token, when it stands there once, unescaped, as the parameter's whole value. */
function withoutAdmittedJwt(url: string, { parameter, audience }: JwtInQuery): string {
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
