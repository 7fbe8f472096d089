const loopbackHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * An address of an identity provider: https, or http on this machine's loopback interface, where nobody listens in;
 * without user, password, query and fragment. Undefined for anything else.
 */
export function parseProviderUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  if (url.search !== '' || url.hash !== '') return undefined;
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && loopbackHost.test(url.hostname));
  return isPrivate ? url : undefined;
}
