/** The headers of every page of the site: a policy as a careful customer has it. */
export function usualHeaders(microapp: string): Record<string, string> {
  return {
    'content-security-policy': [
      ...commonDirectives(microapp),
      `script-src 'self' ${microapp}`,
      "require-trusted-types-for 'script'",
    ].join('; '),
    ...commonHeaders,
  };
}

/** As strict as a page gets; `nonce` is this answer's alone. */
export function lockedHeaders(microapp: string, nonce: string): Record<string, string> {
  return {
    'content-security-policy': lockedPolicy(microapp, nonce).join('; '),
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-opener-policy': 'same-origin',
    ...commonHeaders,
  };
}

export function lockedPolicy(microapp: string, nonce: string): string[] {
  return [
    ...commonDirectives(microapp),
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
}

function commonDirectives(microapp: string): string[] {
  return [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${microapp}`,
    `frame-src ${microapp}`,
  ];
}

const commonHeaders: Readonly<Record<string, string>> = {
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
