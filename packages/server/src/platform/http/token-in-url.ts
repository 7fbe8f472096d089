import { apiKeyLength, findApiKey, findCredentials, findSignedToken } from '@microapp/contract';

/**
 * Begins at the dot and consumes nothing else: a search that begins at `eyJ` is quadratic on a URL that repeats it, which
 * costs a stranger nothing to send, and one that consumes can be led past a JWT by something that looks like its header.
 */
const jwtPattern = /(?<=(eyJ[\w-]+))\.(?=(eyJ[\w-]+)\.([\w-]*))/g;

/** An opaque credential of the shortest prefix. */
const shortestLength = Math.min(apiKeyLength, 'mk_'.length + 38);

const audiencePrefix = 'microapp:';

/**
 * The first of our credentials that stands anywhere in the URL, decoded: in a value, in a name, in the path. The name
 * of the parameter does not matter. Undefined when there is none.
 *
 * `signedTokenIn` names the one parameter whose value may be a signed token, once, on pages that are opened by address.
 */
export function credentialInUrl(url: string, signedTokenIn?: string): string | undefined {
  // The cheap test first: every request passes here, and nearly none has anything in its URL that is as long as the
  // shortest credential.
  if (url.length < shortestLength) return undefined;
  const decoded = decodeLoosely(signedTokenIn === undefined ? url : withoutSignedToken(url, signedTokenIn));
  return findCredentials(decoded)[0] ?? findOurJwt(decoded) ?? findSignedToken(decoded) ?? findApiKey(decoded);
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

/** Whether an unverified JWT payload names us as its audience. Enough to refuse it: nobody else's has a claim to pass. */
function isOurs(payload: string): boolean {
  const text = Buffer.from(payload, 'base64url').toString();
  // A URL has room for thousands of things to parse, and each that fails costs an exception.
  if (!text.includes(`"${audiencePrefix}`)) return false;
  try {
    const claims: unknown = JSON.parse(text);
    if (typeof claims !== 'object' || claims === null || !('aud' in claims)) return false;
    return [claims.aud].flat().some((audience) => typeof audience === 'string' && audience.startsWith(audiencePrefix));
  } catch {
    return false;
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
