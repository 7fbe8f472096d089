import type { MountOptions } from './options.ts';

/**
 * Whether these options hold a credential that may stand in a page. It decides before anything is drawn or sent, and by the
 * form alone: whether a token is good is the server's to say.
 */
export function hasCredential(options: MountOptions): unknown {
  const { embedKey, mtok } = options;
  return embedKey
    ? /^wk_pub_\w+$/.test(embedKey)
    : mtok
      ? /^mtok_\w+$/.test(mtok) && (options.toolSlug ?? options.app)
      : options.getToken;
}
