/**
 * What happened and what mends it, in a line for the page's developer: what the server said, where it was the server. `code`
 * is an error code of the API or of this folder, `page` the page's origin, `at` the address that was asked last.
 */
export function explain(code: string, said: string | undefined, page: string, at: string): string {
  if (said) return said;
  if (code === 'origin_not_allowed') {
    return `${page} is not an allowed origin here. Add it under Auth > Allowed origins.`;
  }
  return `${code}: ${at} does not answer. Check allowed origins and this page's CSP.`;
}
