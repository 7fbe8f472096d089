import type { UrlCredential } from './exchange.ts';

/** What this file needs of a window. */
export type AddressWindow = {
  location: Pick<Location, 'href'> & { ancestorOrigins?: ArrayLike<string> | undefined };
  history: Pick<History, 'replaceState' | 'state'>;
  document: Pick<Document, 'referrer'>;
};

/** Left with the history's entry in place of the token: there was one, and it was taken. Says nothing else. */
const takenMark = 'microapp-url-token-taken';

/**
 * Takes the token of a copied URL out of the frame's address, from `?token=` or from `#token=`, so that the address holds
 * it no longer than until this line: nobody reads it there, and no history keeps it. Undefined when there is none.
 * `taken` when there was one in an earlier life of this document: a browser that goes back to a page it did not keep alive
 * loads its frames from the addresses that they had last, which is ours without the token.
 *
 * Of two the one in the fragment counts; both are taken out.
 */
export function takeUrlCredential({ location, history }: AddressWindow): UrlCredential | 'taken' | undefined {
  const url = new URL(location.href);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const tokens = [...fragment.getAll('token'), ...url.searchParams.getAll('token')];
  if (tokens.length === 0) return history.state === takenMark ? 'taken' : undefined;

  url.searchParams.delete('token');
  fragment.delete('token');
  url.hash = fragment.toString();
  history.replaceState(takenMark, '', url.href);
  const [urlToken = ''] = tokens;
  return { urlToken, for: url.searchParams.get('for') ?? '' };
}

/**
 * The origin of the page around, where there is no handshake that tells it: of the browser's own list of ancestors, or,
 * where that is hidden or missing, of the page that loaded this frame. `null`, which is on no list, when the browser
 * tells neither.
 */
export function attestedParentOrigin({ location, document }: AddressWindow): string {
  const parent = location.ancestorOrigins?.[0];
  if (parent !== undefined && parent !== 'null') return parent;
  return URL.parse(document.referrer)?.origin ?? 'null';
}
