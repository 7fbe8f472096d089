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
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    // Real frames in previews.
    `frame-src 'self' ${embedUrl}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
