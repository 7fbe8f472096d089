/** A host and a port on it. The host is written as a URL writes it: in lower case, IPv6 addresses without brackets. */
export type Place = { host: string; port: number };

const portMax = 65_535;

/** Reads `models.internal:8000`, `127.0.0.1:11434` or `[::1]:8080`. Undefined for everything else. */
export function parsePlace(text: string): Place | undefined {
  const [, host = '', digits = ''] = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port < 1 || port > portMax) return undefined;
  const parsed = URL.parse(`http://${host}`)?.hostname;
  if (parsed === undefined) return undefined;
  // A name or an IPv4 address that the parser rewrites, such as 127.1, was meant for something else.
  if (!host.startsWith('[') && parsed !== host.toLowerCase()) return undefined;
  return { host: withoutBrackets(parsed), port };
}

/** Where a URL leads to; `url` is http or https. */
export function placeOf(url: URL): Place {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: withoutBrackets(url.hostname), port };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
