/**
 * The cookie that holds a session's secret. Requirements: no script reads it (HttpOnly); no other site sends it
 * (SameSite=Strict); and where there is TLS no other host and no plain connection can set it (`__Host-` and Secure).
 */

/** What the cookie is called where the dashboard is at `publicUrl`, an origin. */
export function sessionCookieName(publicUrl: string): string {
  return cookieNameAt(publicUrl, 'microapp_session');
}

/** A cookie's name with the prefix that only TLS can have. */
export function cookieNameAt(publicUrl: string, name: string): string {
  return isSecure(publicUrl) ? `__Host-${name}` : name;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

/** A `Set-Cookie` for the session; without a secret the one that takes the cookie away. */
export function setSessionCookie(publicUrl: string, session?: { secret: string; maxAgeSeconds: number }): string {
  return setCookie(publicUrl, {
    name: 'microapp_session',
    value: session?.secret ?? '',
    maxAgeSeconds: session?.maxAgeSeconds ?? 0,
    sameSite: 'Strict',
    path: '/',
  });
}

/** A `Set-Cookie` for a cookie that no script reads. `name` is without its prefix. */
export function setCookie(
  publicUrl: string,
  cookie: { name: string; value: string; maxAgeSeconds: number; sameSite: 'Strict' | 'Lax'; path: '/' },
): string {
  const attributes = [
    `${cookieNameAt(publicUrl, cookie.name)}=${cookie.value}`,
    `Path=${cookie.path}`,
    `Max-Age=${cookie.maxAgeSeconds}`,
    'HttpOnly',
    `SameSite=${cookie.sameSite}`,
    ...(isSecure(publicUrl) ? ['Secure'] : []),
  ];
  return attributes.join('; ');
}

/**
 * The values of all cookies of that name in a `Cookie` header. More than one means that somebody else has set one, too,
 * from a path or a host that shares the name: which of them is ours cannot be told.
 */
export function readCookies(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** What the session's cookie holds; undefined without one, and an empty text, which is no session, where there are several. */
export function readSessionCookie(header: string | undefined, publicUrl: string): string | undefined {
  const [value, ...others] = readCookies(header, sessionCookieName(publicUrl));
  return others.length > 0 ? '' : value;
}
