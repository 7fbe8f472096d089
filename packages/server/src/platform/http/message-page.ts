import { hash } from 'node:crypto';
import type { Content } from './content.ts';

const style = `
  :root { color-scheme: light dark; --text: #1c2024; --muted: #60646c; --surface: #fff; --accent: #5753c6; }
  @media (prefers-color-scheme: dark) {
    :root { --text: #edeef0; --muted: #b0b4ba; --surface: #111113; --accent: #b1a9ff; }
  }
  body { margin: 0; background: var(--surface); color: var(--text); font: 15px/22px system-ui, sans-serif; }
  main { max-width: 480px; margin: 0 auto; padding: 40px 16px; }
  h1 { font-size: 18px; line-height: 24px; margin: 0 0 8px; }
  p { margin: 0 0 12px; overflow-wrap: anywhere; }
  a { color: var(--accent); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .muted { color: var(--muted); font-size: 13px; line-height: 20px; }
`;

/** Nothing is loaded and nothing runs; the one style is known by its hash. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export type MessagePage = {
  status: number;
  title: string;
  paragraphs: readonly string[];
  /** Where to go next. `href` is one of our own paths. */
  link?: { href: string; text: string };
  requestId?: string;
};

/** What a person is told who opened an address that leads nowhere at the moment: a document of a few sentences. */
export function messagePage({ status, title, paragraphs, link, requestId }: MessagePage): Content {
  const lines = [
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...(link === undefined ? [] : [`<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></p>`]),
    ...(requestId === undefined ? [] : [`<p class="muted">Request ${escapeHtml(requestId)}</p>`]),
  ];
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${lines.join('\n')}
</main>
</body>
</html>
`,
  };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
