import type { Content } from '../../platform/http/index.ts';
import type { BrowserFiles } from './browser-files.ts';
import type { FrameAddress } from './frame-ancestors.ts';
import { assetsPath, embeddable } from './public-files.ts';

/**
 * The document inside the iframe. It holds no data and no script of its own: which app it is stands in attributes that
 * its one script reads. Never stored, because who may show it can change at any time.
 */
export function frameDocument(files: BrowserFiles, address: FrameAddress, ancestors: readonly string[]): Content {
  const { script, style } = files.frames.tool;
  const attributes = [
    ...(address.slug === undefined ? [] : [` data-slug="${address.slug}"`]),
    ...(address.surfaceId === undefined ? [] : [` data-surface-id="${address.surfaceId}"`]),
  ].join('');
  return {
    status: 200,
    headers: frameHeaders(ancestors),
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${titleOf(address.slug)}</title>
<link rel="stylesheet" href="${assetsPath}${style}">
<script type="module" src="${assetsPath}${script}"></script>
</head>
<body>
<div id="microapp-frame"${attributes}></div>
<noscript>This widget needs JavaScript.</noscript>
</body>
</html>
`,
  };
}

/** What the address says already, in words: a screen reader calls the frame by its title. */
function titleOf(slug = 'microapp'): string {
  return slug.charAt(0).toUpperCase() + slug.slice(1).replaceAll('-', ' ');
}

function frameHeaders(ancestors: readonly string[]): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "font-src 'self'",
      "img-src 'self' data: blob:",
      `frame-ancestors ${ancestors.join(' ')}`,
    ].join('; '),
    'cross-origin-embedder-policy': 'require-corp',
    ...embeddable,
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}
