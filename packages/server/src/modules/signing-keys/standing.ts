import type { SigningKeyState } from '@microapp/contract';

/**
 * How long a verifier elsewhere may keep the published keys: the max-age of the JWKS document. A new key is published
 * that long before it signs, so that nobody meets a signature of a key that it has not heard of.
 */
export const publishedBeforeUseSeconds = 300;
/** How long what a key signed may live after the key stopped signing; no session lives longer. */
export const verifiedAfterUseSeconds = 900;

/** What the standing of a key depends on. Lists of it are newest first. */
export type KeyTimes = { id: string; signs_from: Date; retired_at: Date | null; revoked_at: Date | null };

/** The key that signs at `now` (epoch milliseconds): the newest whose time has come, of those that live. */
export function signingAt<Key extends KeyTimes>(keys: readonly Key[], now: number): Key | undefined {
  const live = keys.filter((key) => key.retired_at === null && key.revoked_at === null);
  // Clocks differ a little between machines: a fleet whose only key is a second early still signs.
  return live.find((key) => key.signs_from.getTime() <= now) ?? live.at(-1);
}

export function stateOf(key: KeyTimes, keys: readonly KeyTimes[], now: number): SigningKeyState {
  if (key.revoked_at !== null) return 'revoked';
  if (key.retired_at !== null) return 'retired';
  if (key.id === signingAt(keys, now)?.id) return 'current';
  return key.signs_from.getTime() > now ? 'next' : 'previous';
}
