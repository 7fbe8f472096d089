import type { Provider } from '@microapp/contract';
import { invalid } from '../../platform/app-error.ts';

/**
 * The address as it is stored: without a slash at its end. Throws unless it is plain http or https, and unless a
 * provider without an address of its own has one. Whether it may be reached is asked when it is called.
 */
export function checkedBaseUrl(provider: Provider, text: string | null | undefined): string | null {
  if (text === null || text === undefined) {
    if (provider === 'openai-compatible') throw refused('is needed for this provider: where its API is');
    return null;
  }
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw refused('must be an http or https address');
  if (url.username !== '' || url.password !== '') throw refused('must not hold a password; the key has its own field');
  if (url.search !== '' || url.hash !== '') throw refused('must not have a query or a fragment');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function refused(message: string): ReturnType<typeof invalid> {
  return invalid([{ path: 'baseUrl', message }]);
}
