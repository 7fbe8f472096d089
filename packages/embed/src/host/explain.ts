/**
 * What happened and what mends it, in a line for the page's developer. `code` is an error code of the API or of this
 * folder, `page` the page's origin, `at` the address that was asked last.
 */
export function explain(code: string, detail: string | undefined, page: string, at: string): string {
  if (code === 'origin_not_allowed') {
    return `${page} is not an allowed origin of this surface or token. Add it under Auth > Allowed origins.`;
  }
  if (code === 'timeout' || code === 'no_network') {
    return `${at} does not answer. Check the allowed origins and this page's CSP.`;
  }
  return `${code}: ${detail ?? ''}`;
}
