import { hasItsChecksum } from '@microapp/contract/credential-checksum';
import { isSmall } from '@microapp/contract/protocol';
import { hasCredential } from '../has-credential.ts';
import type { MountOptions } from '../options.ts';
import type { Finding } from './finding.ts';

const whatToUse = 'Use embedKey (wk_pub_…), or mtok (mtok_…) with toolSlug, or getToken.';

/**
 * What the developer must mend before these options can work; undefined when they can. The value itself is never repeated,
 * because consoles are recorded and sent along.
 */
export function problemOf(options: MountOptions): Finding | undefined {
  if (!hasCredential(options)) return wrongCredential(options);
  const { embedKey, mtok, mode = 'inline', context, prefill, texts, theme } = options;
  const credential = embedKey ?? mtok;
  // To the server it is as unknown as one that never was: here alone can be said what has become of it.
  if (credential && !hasItsChecksum(credential)) {
    return {
      code: 'invalid_token',
      text: `${embedKey ? 'embedKey' : 'mtok'} is mistyped or cut off: its checksum does not fit.`,
      mend: 'Copy the whole of it again.',
    };
  }
  if (!['floating', 'modal', 'inline'].includes(mode)) {
    return { code: 'bad_options', text: 'There is no such mode.', mend: 'Use floating, modal or inline.' };
  }
  if (isMessage({ context, prefill, texts, theme })) return undefined;
  return {
    code: 'bad_options',
    text: 'context, prefill, texts and theme do not fit into a message to the frame.',
    mend: 'Say plain data in them, 8 kB at most: no function, no element.',
  };
}

function wrongCredential({ embedKey, mtok }: MountOptions): Finding {
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

/** Whether a browser passes it on, and a frame looks at it. */
function isMessage(data: object): boolean {
  try {
    return isSmall(structuredClone(data));
  } catch {
    return false;
  }
}
