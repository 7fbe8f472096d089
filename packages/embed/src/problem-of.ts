import type { MountOptions } from './options.ts';

/**
 * What the developer must mend before these options can work; undefined when they can. It decides before anything is
 * drawn or sent, and by the form alone: whether a token is good is the server's to say. The value itself is never
 * repeated, because consoles are recorded and sent along.
 */
export function problemOf({ embedKey, mtok, getToken, toolSlug, app }: MountOptions): string | undefined {
  if (embedKey ? /^wk_pub_\w+$/.test(embedKey) : mtok ? /^mtok_\w+$/.test(mtok) && (toolSlug ?? app) : getToken) return;
  return 'Use embedKey (wk_pub_…), or mtok with toolSlug; never an owner key.';
}
