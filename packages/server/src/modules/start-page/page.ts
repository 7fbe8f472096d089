import { hash } from 'node:crypto';

const style = `
  :root { color-scheme: light dark; --text: #1c2024; --muted: #60646c; --border: #d9d9e0; --surface: #fff; --raised: #f9f9fb; --accent: #5753c6; }
  @media (prefers-color-scheme: dark) {
    :root { --text: #edeef0; --muted: #b0b4ba; --border: #43484e; --surface: #111113; --raised: #18191b; --accent: #b1a9ff; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--surface); color: var(--text); font: 15px/22px system-ui, sans-serif; }
  main { max-width: 720px; margin: 0 auto; padding: 40px 16px; }
  h1 { font-size: 24px; line-height: 32px; margin: 0 0 8px; }
  h2 { font-size: 16px; line-height: 24px; margin: 24px 0 8px; }
  p { margin: 0 0 12px; }
  .muted { color: var(--muted); }
  pre { margin: 0 0 12px; padding: 12px; overflow-x: auto; border: 1px solid var(--border); border-radius: 8px;
    background: var(--raised); font: 13px/20px ui-monospace, monospace; }
  a { color: var(--accent); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;

/** The page's own policy: nothing is loaded and nothing runs; its one style is known by its hash. */
export const startPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a person sees who opens the server's address. `publicUrl` is an origin from the settings. */
export function startPage(publicUrl: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Microapp</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Microapp is running</h1>
<p class="muted">Parts of your product on your customers’ websites, safely.</p>
<h2>Make a workspace and an embed token</h2>
<p>The first owner key was shown on the terminal when the server started for the first time. It works from your
server or terminal, never in a page.</p>
<pre tabindex="0" aria-label="Commands to make a workspace and an embed token">URL=${publicUrl}
KEY=mk_…   # your owner key

curl -X POST "$URL/v1/workspaces" -H "authorization: Bearer $KEY" -H "content-type: application/json" \\
  -d '{"name":"First customer","portalEnabled":true,"features":["tool:run"]}'

curl -X POST "$URL/v1/workspaces/ws_…/embed-tokens" -H "authorization: Bearer $KEY" -H "content-type: application/json" \\
  -d '{"label":"Try out","apps":["loan-calculator"],"permissions":["tool:run"]}'</pre>
<h2>Run a tool with it</h2>
<pre tabindex="0" aria-label="Command to run the loan calculator">curl -X POST "$URL/api/tools/loan-calculator/run?embed=1" -H "x-microapp-embed-token: mtok_…" -H "content-type: application/json" \\
  -d '{"inputs":{"principal":200000,"annualRatePercent":6,"years":30}}'</pre>
<p>Everything else is in the <a href="/openapi.json">OpenAPI document</a>. <a href="/readyz">Is it ready?</a></p>
</main>
</body>
</html>
`;
}
