/** Where to go after the sign-in: a path of the dashboard's own, whatever somebody put into the link. */
export function localPath(text: string | null): string {
  if (text === null || !URL.canParse(text, 'https://dashboard.invalid')) return '/';
  const url = new URL(text, 'https://dashboard.invalid');
  // `//evil.example` and `https:…` lead away; `/\evil.example` does so in browsers.
  if (url.origin !== 'https://dashboard.invalid' || !text.startsWith('/')) return '/';
  return url.pathname + url.search;
}
