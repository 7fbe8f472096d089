import type { ErrorCode, MountOptions } from '../options.ts';
import type { Finding } from './finding.ts';

export const works: Finding = { code: 'ok', text: 'Works.' };

/**
 * The finding of a code that says all by itself; undefined where it takes a look at the links. What the server refuses it says
 * in its own words, with their mend, which are not here.
 */
export function knownBy(code: ErrorCode | undefined, { target, embedKey }: MountOptions): Finding | undefined {
  if (code === 'no_target') {
    const named = typeof target === 'string' ? `"${target}"` : 'the target';
    return {
      code,
      text: `There is no element ${named} in this page so far.`,
      mend: 'The widget waits for it; check the id or selector.',
    };
  }
  if (code === 'no_ticket' && !embedKey) {
    return {
      code,
      text: 'getToken failed, or gave no ticket.',
      mend: 'It has to answer what the session endpoint answered your backend: { ticket, frameUrl }.',
    };
  }
  if (code === 'version_skew') {
    return {
      code,
      text: 'The script and the server have no version of the protocol in common.',
      mend: "Load embed.js from the server itself, or pin a release of the server's own.",
    };
  }
  if (code === 'reload_loop') {
    return {
      code,
      text: 'The frame loads itself again and again.',
      mend: 'Look for what reloads it: a proxy, an extension, or this page.',
    };
  }
  return undefined;
}

export function policyForbids(directive: string, base: string): Finding {
  const { origin } = new URL(base, location.href);
  return {
    code: 'blocked_by_csp',
    text: `This page's Content-Security-Policy forbids ${origin} in ${directive}.`,
    mend: `Add ${origin} to script-src, connect-src and frame-src.`,
    origin: location.origin,
    detail: directive,
  };
}

export const scriptBlocked: Finding = {
  code: 'script_blocked',
  text: 'The rest of the script does not load.',
  mend: 'Look for an ad blocker, a proxy or a firewall that stops it.',
};

export function timedOut(what: string): Finding {
  return { code: 'timeout', text: `${what} does not answer in time.`, mend: 'Check the server and the network.' };
}
