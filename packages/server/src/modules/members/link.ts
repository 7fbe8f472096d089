import type { Clock } from '../../platform/clock.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { Random } from '../../platform/random.ts';

/** How long a sign-in link waits to be opened. */
const linkMs = 24 * 60 * 60 * 1000;

export type FreshLink = { hash: Buffer; expiresAt: Date; signInUrl: string };

/**
 * A link that signs a member in, once. Its secret stands in the fragment, which no browser sends: it is in no log and no
 * referrer, and the page takes it out of the address before anything else.
 */
export function freshLink(deps: { clock: Clock; random: Random; publicUrl: string }): FreshLink {
  const { secret, hash } = freshCredential(deps.random, 'member_link');
  return {
    hash,
    expiresAt: new Date(deps.clock.now() + linkMs),
    signInUrl: `${deps.publicUrl}/join#link=${secret.reveal()}`,
  };
}
