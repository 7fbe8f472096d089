import type { Content } from '../../platform/http/index.ts';
import type { DashboardFiles } from './dashboard-files.ts';

/** Where the dashboard's files are served; names follow. */
export const assetsPath = '/dashboard/assets/';

/**
 * The one document of the dashboard, the same at each of its addresses: what is shown there is for its script to say. It
 * holds nothing of anybody's, so it needs no credential. `nonce` admits the styles that the script makes, in this
 * document only; nothing admits another script.
 */
export function dashboardShell(
  { script, styles, preloads }: DashboardFiles,
  { nonce, embedUrl }: { nonce: string; embedUrl: string },
): Content {
  const links = [
    ...styles.map((name) => `<link rel="stylesheet" href="${assetsPath}${name}">`),
    ...preloads.map((name) => `<link rel="modulepreload" href="${assetsPath}${name}">`),
  ];
  return {
    status: 200,
    headers: { ...documentHeaders, 'content-security-policy': policyOf({ nonce, embedUrl }) },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="style-nonce" content="${nonce}">
<title>Microapp</title>
<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,${encodeURIComponent(icon)}">
${links.join('\n')}
<script type="module" src="${assetsPath}${script}"></script>
</head>
<body>
<div id="root"></div>
<noscript>The dashboard needs JavaScript.</noscript>
</body>
</html>
`,
  };
}

/** The product's sign, in a color that is seen on light and on dark tabs; without it every browser asks for a file. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="#5b5bd6"><rect x="1" y="1" width="8" height="8" rx="2"/><rect x="11" y="1" width="8" height="8" rx="2" opacity=".45"/><rect x="1" y="11" width="8" height="8" rx="2"/><rect x="11" y="11" width="8" height="8" rx="2"/></svg>';

/** Of every document that a person opens here by its address. */
export const documentHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), payment=(), usb=()',
} as const;

function policyOf({ nonce, embedUrl }: { nonce: string; embedUrl: string }): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // Logos of surfaces are served where frames are.
    `img-src 'self' ${embedUrl} data: blob:`,
    "font-src 'self'",
    "connect-src 'self'",
    // Real frames in previews.
    `frame-src 'self' ${embedUrl}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
