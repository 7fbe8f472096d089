import type { ErrorCode } from '../options.ts';
import type { Finding } from './finding.ts';
import type { Inspection } from './inspection.ts';

// What several links have in common. What the server refuses it says in its own words, mend included, which are not here.

const byCode: Partial<Record<ErrorCode, Omit<Finding, 'code'>>> = {
  no_target: {
    text: 'This page has no such target so far.',
    mend: 'The widget waits for it: check the selector.',
  },
  version_skew: {
    text: 'The script and the server have no version of the protocol in common.',
    mend: 'Load embed.js from the server itself, or pin a later release of it.',
  },
  reload_loop: {
    text: 'The frame loads itself again and again.',
    mend: 'Look for what reloads it: a proxy, an extension, or this page.',
  },
};

/** The finding of a failure that says all by itself; undefined where the links have to be looked at. */
export function knownBy(code: ErrorCode | undefined): Finding | undefined {
  const known = code && byCode[code];
  return known && { code, ...known };
}

export function policyForbids(directive: string, { base }: Inspection): Finding {
  const { origin } = new URL(base);
  return {
    code: 'blocked_by_csp',
    text: `This page's Content-Security-Policy forbids ${origin} in ${directive}.`,
    mend: `Add ${origin} to script-src, connect-src and frame-src.`,
    detail: directive,
  };
}

/** Believed only where something has failed: a server on the computer itself answers all the same. */
export const offline: Finding = {
  code: 'no_network',
  text: 'The browser is offline.',
  mend: 'Try again when it is online.',
};

/** The server is there, and this one address is not reached. */
export function stopped(url: string): Finding {
  return {
    code: 'blocked_by_client',
    text: `Something in this browser or network stops ${url}, and nothing else of the server.`,
    mend: 'Look for an ad blocker, a privacy extension, a proxy or a firewall, and allow it there.',
    detail: url,
  };
}

export function timedOut(url: string): Finding {
  return {
    code: 'timeout',
    text: `${url} does not answer in time.`,
    mend: 'Check the server and the network.',
    detail: url,
  };
}
