import { hasCredential } from '../has-credential.ts';
import type { MountOptions } from '../options.ts';
import type { Finding } from './finding.ts';

const whatToUse = 'Use embedKey (wk_pub_…), or mtok (mtok_…) with toolSlug, or getToken.';

/**
 * What the developer must mend before these options can work; undefined when they can. The value itself is never repeated,
 * because consoles are recorded and sent along.
 */
export function problemOf(options: MountOptions): Finding | undefined {
  if (hasCredential(options)) return undefined;
  const { embedKey, mtok } = options;
  const given = `${embedKey ?? ''}${mtok ?? ''}`;
  const [text, mend] = /\bmk_/.test(given)
    ? ['An owner key is in this page, where every visitor can read it.', `Revoke it now. ${whatToUse}`]
    : !given
      ? ['There is no credential.', whatToUse]
      : embedKey
        ? ['embedKey is no client token.', whatToUse]
        : ['mtok is no embed token, or toolSlug is missing.', whatToUse];
  return { code: 'bad_options', text, mend: `${mend} Never an owner key.` };
}
