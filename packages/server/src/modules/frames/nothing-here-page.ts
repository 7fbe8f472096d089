import { hash } from 'node:crypto';
import type { Content } from '../../platform/http/index.ts';

const style = `
  :root { color-scheme: light dark; --text: #1c2024; --muted: #60646c; --surface: #fff; }
  @media (prefers-color-scheme: dark) { :root { --text: #edeef0; --muted: #b0b4ba; --surface: #111113; } }
  body { margin: 0; background: var(--surface); color: var(--text); font: 15px/22px system-ui, sans-serif; }
  main { max-width: 480px; margin: 0 auto; padding: 40px 16px; }
  h1 { font-size: 18px; line-height: 24px; margin: 0 0 8px; }
  p { margin: 0 0 12px; }
  .muted { color: var(--muted); font-size: 13px; line-height: 20px; }
`;

/**
 * For the person who opens or embeds an address behind which there is nothing: unknown, revoked, expired and disabled
 * look the same. No page may show it, since there is no list that could allow one.
 */
export function nothingHerePage(requestId: string): Content {
  return {
    status: 404,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This widget is not available</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>This widget is not available</h1>
<p>It was taken down, or the address is not complete. Ask the people whose page sent you here.</p>
<p class="muted">Request ${requestId}</p>
</main>
</body>
</html>
`,
  };
}
