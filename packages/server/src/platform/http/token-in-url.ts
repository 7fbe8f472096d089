import { findCredentials } from '@microapp/contract';

/**
 * Begins at the dot and consumes nothing else: a search that begins at `eyJ` is quadratic on a URL that repeats it, which
 * costs a stranger nothing to send, and one that consumes can be led past a JWT by something that looks like its header.
 */
const jwtPattern = /(?<=(eyJ[\w-]+))\.(?=(eyJ[\w-]+)\.([\w-]*))/g;

const audiencePrefix = 'microapp:';

/**
 * The first of our credentials that stands anywhere in the URL, decoded: in a value, in a name, in the path. The name
 * of the parameter does not matter. Undefined when there is none.
 */
export function credentialInUrl(url: string): string | undefined {
  // The cheap test first: every request passes here, and nearly none has a token in its URL.
  if (!url.includes('_') && !url.includes('%') && !url.includes('eyJ')) return undefined;
  const decoded = decodeLoosely(url);
  return findCredentials(decoded)[0] ?? findOurJwt(decoded);
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
