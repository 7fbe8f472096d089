/** A customer's website: its files by path, and the headers that all of them have. */
export type Site = { files: Readonly<Record<string, string>>; headers: Readonly<Record<string, string>> };

export type PageParts = {
  /** The server's origin. */
  base: string;
  head?: string;
  body?: string;
  /** The page's own script, a file of its own. */
  script?: string;
  /** The page's own style sheet, a file of its own. */
  style?: string;
};

/**
 * A page as strict as a host page gets, which is the normal case here: only listed scripts, Trusted Types, nothing
 * inline, and isolated from what does not say that it may be embedded.
 */
export function strictSite(parts: PageParts): Site {
  return {
    files: files(parts),
    headers: {
      'content-security-policy': [
        "default-src 'none'",
        "base-uri 'none'",
        "style-src 'self'",
        "img-src 'self'",
        `script-src 'self' ${parts.base}`,
        `connect-src 'self' ${parts.base}`,
        `frame-src ${parts.base}`,
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ].join('; '),
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
    },
  };
}

/**
 * The same, for a page that lists no scripts: its own bear a nonce, and what those load is trusted in turn. `parts` say
 * nothing of it; every script tag gets the nonce.
 */
export function nonceSite(parts: PageParts, nonce: string): Site {
  const { files, headers } = strictSite(parts);
  return {
    files: Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, text.replaceAll('<script ', `<script nonce="${nonce}" `)]),
    ),
    headers: {
      ...headers,
      'content-security-policy': String(headers['content-security-policy']).replace(
        /script-src [^;]*/,
        `script-src 'nonce-${nonce}' 'strict-dynamic'; object-src 'none'`,
      ),
    },
  };
}

/** A page with no policy at all. */
export function laxSite(parts: PageParts): Site {
  return { files: files(parts), headers: {} };
}

function files({ head = '', body = '', script, style }: PageParts): Record<string, string> {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A customer's page</title>
${style === undefined ? '' : '<link rel="stylesheet" href="/page.css">'}
${head}
</head>
<body>
<h1>A customer's page</h1>
${body}
${script === undefined ? '' : '<script src="/page.js"></script>'}
</body>
</html>
`;
  return { '/': html, '/another-page': html, '/page.js': script ?? '', '/page.css': style ?? '' };
}

/** The line that a webmaster pastes. */
export function scriptTag(base: string, clientToken: string, attributes = 'async'): string {
  return `<script src="${base}/embed.js" data-embed-key="${clientToken}" ${attributes}></script>`;
}

/** The parts of a page with an inline widget, mounted by a script. `options` are those of `mount`. */
export function mountedInline(base: string, options: Readonly<Record<string, unknown>>): PageParts {
  return {
    base,
    body: `<div id="place"></div><script src="${base}/microapp-widget.js"></script>`,
    script: `globalThis.widget = MicroappWidget.mount(${JSON.stringify({ mode: 'inline', target: '#place', ...options })});`,
  };
}
