const lengthMax = 1000;
/** Any origin would do: what is looked at is whether the text leaves it. */
const here = 'https://here.invalid';

/**
 * The path to go to after signing in, as this server has it; undefined for everything that leads elsewhere, in whatever
 * way browsers read it: `//evil`, `/\evil`, with tabs between, with a scheme.
 */
export function parseReturnPath(text: string): string | undefined {
  if (text.length > lengthMax || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return undefined;
  const url = URL.parse(text, here);
  if (url === null || url.origin !== here || url.pathname.startsWith('//')) return undefined;
  return url.pathname + url.search + url.hash;
}
