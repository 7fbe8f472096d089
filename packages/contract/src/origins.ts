/**
 * Allowed origins: how an entry is read, when an origin matches it, and which frame-ancestors sources it becomes.
 * Origins are compared as parsed hosts, never by substring or regular expression.
 *
 *   example.com            that host, any scheme, any port
 *   example.com:8080       that host and port, any scheme
 *   https://a.example      that origin exactly
 *   *.example.com          any depth of subdomain, any scheme and port, not example.com itself
 *   *                      any origin (development surfaces only)
 */
export type OriginEntry =
  | { kind: 'any' }
  | { kind: 'host'; host: string }
  | { kind: 'hostAndPort'; host: string; port: string }
  | { kind: 'subdomains'; host: string }
  | { kind: 'exact'; origin: string };

export type OriginEntryProblem = { message: string };

export const originEntriesMax = 100;
const entryLengthMax = 260;
const hostPattern = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Reads one entry as a person typed it. Internationalized names become A-labels, letters become lower case. */
export function parseOriginEntry(text: string): OriginEntry | OriginEntryProblem {
  const trimmed = text.trim();
  if (trimmed === '') return { message: 'An entry is empty. Write a host such as example.com.' };
  if (trimmed.length > entryLengthMax) return { message: 'This entry is too long for a host name.' };
  if (trimmed === '*') return { kind: 'any' };
  if (trimmed === 'null') return { message: 'The origin "null" cannot be allowed: any sandboxed page has it.' };
  if (trimmed.includes('://')) return parseExact(trimmed);
  if (trimmed.startsWith('*.')) {
    const host = parseHost(trimmed.slice(2));
    if ('message' in host) return host;
    if (host.port !== '') return { message: `"${trimmed}" has a port. A wildcard covers every port: leave it out.` };
    if (/^[\d.]+$/.test(host.host)) return { message: 'An IP address has no subdomains. Write the address alone.' };
    return { kind: 'subdomains', host: host.host };
  }
  if (trimmed.includes('*')) {
    return { message: `"${trimmed}" has a wildcard in the middle. Only "*." at the start stands for subdomains.` };
  }
  const host = parseHost(trimmed);
  if ('message' in host) return host;
  return host.port === ''
    ? { kind: 'host', host: host.host }
    : { kind: 'hostAndPort', host: host.host, port: host.port };
}

/** The entry in the one spelling that is stored and shown. */
export function formatOriginEntry(entry: OriginEntry): string {
  switch (entry.kind) {
    case 'any':
      return '*';
    case 'host':
      return entry.host;
    case 'hostAndPort':
      return `${entry.host}:${entry.port}`;
    case 'subdomains':
      return `*.${entry.host}`;
    case 'exact':
      return entry.origin;
  }
}

/**
 * Whether `origin`, as a browser writes it into the Origin header, matches one of the stored entries. Absent, `null`,
 * malformed and trailing-dot origins match nothing, not even `*`. Entries that do not parse match nothing.
 */
export function originMatches(entries: readonly string[], origin: string | undefined): boolean {
  const parsed = parseOrigin(origin);
  if (parsed === undefined) return false;
  return entries.some((text) => {
    const entry = parseOriginEntry(text);
    return 'kind' in entry && entryMatches(entry, parsed);
  });
}

/** An Origin header's parts, or undefined unless it is exactly what a browser would send for an http(s) page. */
export function parseOrigin(origin: string | undefined): { origin: string; host: string; port: string } | undefined {
  if (origin === undefined || origin === 'null') return undefined;
  const url = URL.parse(origin);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  // A browser writes scheme, host and port in this one spelling; whatever differs was not written by one.
  if (url.origin !== origin) return undefined;
  // An empty label: a trailing dot, which names the same host in a second spelling, or a leading one, which names none.
  if (url.hostname.split('.').includes('')) return undefined;
  return { origin, host: url.hostname, port: url.port || (url.protocol === 'https:' ? '443' : '80') };
}

/** The host sources of a Content-Security-Policy `frame-ancestors` that admit what the entries allow; `'none'` for none. */
export function toFrameAncestors(entries: readonly string[]): string[] {
  const sources = entries.flatMap((text) => {
    const entry = parseOriginEntry(text);
    return 'kind' in entry ? sourcesOf(entry) : [];
  });
  return sources.length === 0 ? ["'none'"] : [...new Set(sources)];
}

function sourcesOf(entry: OriginEntry): string[] {
  switch (entry.kind) {
    case 'any':
      return ['http:', 'https:'];
    // An http source with any port admits https too; without the port it admits port 80 alone.
    case 'host':
      return [`http://${entry.host}:*`];
    case 'subdomains':
      return [`http://*.${entry.host}:*`];
    case 'hostAndPort':
      return [`http://${entry.host}:${entry.port}`, `https://${entry.host}:${entry.port}`];
    case 'exact':
      return [entry.origin];
  }
}

function entryMatches(entry: OriginEntry, origin: { origin: string; host: string; port: string }): boolean {
  switch (entry.kind) {
    case 'any':
      return true;
    case 'host':
      return origin.host === entry.host;
    case 'hostAndPort':
      return origin.host === entry.host && origin.port === entry.port;
    case 'subdomains':
      return origin.host.endsWith(`.${entry.host}`);
    case 'exact':
      return origin.origin === entry.origin;
  }
}

function parseExact(text: string): OriginEntry | OriginEntryProblem {
  const schemeEnd = text.indexOf('://');
  const [scheme, rest] = [text.slice(0, schemeEnd), text.slice(schemeEnd + 3)];
  if (scheme.toLowerCase() !== 'https' && scheme.toLowerCase() !== 'http') {
    return { message: `"${text}" is not a web origin. Use http:// or https://, or the host alone.` };
  }
  if (rest.includes('*')) {
    return {
      message: `"${text}" mixes a scheme with a wildcard. Write "${rest.split('/', 1)[0]}" without the scheme.`,
    };
  }
  const authority = rest.replace(/\/$/, '');
  const host = parseHost(authority);
  if ('message' in host) return host;
  const url = URL.parse(`${scheme}://${authority}`);
  if (url === null) return { message: `"${text}" is not an origin.` };
  return { kind: 'exact', origin: url.origin };
}

function parseHost(text: string): { host: string; port: string } | OriginEntryProblem {
  if (text.startsWith('[') || (text.match(/:/g)?.length ?? 0) > 1) {
    return { message: `"${text}" is an IPv6 address, which browsers cannot match. Use a host name.` };
  }
  if (/[/?#@\\\s]/.test(text)) {
    const authority = text.split(/[/?#\\\s]/, 1)[0] ?? '';
    const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:$/, '');
    return { message: `"${text}" is more than a host. Did you mean "${host}"?` };
  }
  const [name = '', port] = text.split(':');
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) return { message: `"${text}" has no valid port.` };
  if (port !== undefined && Number(port) > 65535) return { message: `"${text}" has no valid port.` };
  if (name.includes('_')) {
    return { message: `"${name}" has an underscore, which browsers cannot match in a host. Use another name.` };
  }
  if (name.endsWith('.')) return { message: `"${name}" ends with a dot. Did you mean "${name.replace(/\.+$/, '')}"?` };
  const url = URL.parse(`http://${name}`);
  if (url === null || !hostPattern.test(url.hostname)) return { message: `"${text}" is not a host name.` };
  if (/^[\d.]+$/.test(url.hostname) && url.hostname !== name) {
    return { message: `"${text}" is a number, not a host name. Did you mean "${url.hostname}"?` };
  }
  return { host: url.hostname, port: port ?? '' };
}

/** Checks and normalizes a whole list as it is saved: one spelling, no repeats. */
export function normalizeOriginEntries(
  texts: readonly string[],
  options: { environment: 'development' | 'production' },
): { entries: string[]; issues: { index: number; message: string }[] } {
  const entries: string[] = [];
  const issues: { index: number; message: string }[] = [];
  for (const [index, text] of texts.entries()) {
    const entry = parseOriginEntry(text);
    if (!('kind' in entry)) {
      issues.push({ index, message: entry.message });
    } else if (entry.kind === 'any' && options.environment === 'production') {
      issues.push({ index, message: '"*" allows every site and is for development only. List the real hosts.' });
    } else {
      const formatted = formatOriginEntry(entry);
      if (!entries.includes(formatted)) entries.push(formatted);
    }
  }
  return { entries, issues };
}
