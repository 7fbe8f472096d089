import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import type { OwnerPrincipal } from '../../platform/http/index.ts';
import { setSessionEnded, setSessionsEnded } from './store.ts';
import { ownSessionsOf, sessionsSeenBy } from './whose.ts';

/** Ends one session for good: one's own, or anybody's for an admin. Throws `not_found`; repeating it changes nothing. */
export async function endSession(
  { clock }: { clock: Clock },
  tx: OwnerTx,
  { id, principal }: { id: string; principal: OwnerPrincipal },
): Promise<'ended' | 'was'> {
  const at = new Date(clock.now());
  const outcome = await setSessionEnded(tx, id, { whose: sessionsSeenBy(principal), at });
  if (outcome === 'absent') throw notFound('session');
  return outcome;
}

/** Ends every session of whoever asks, and answers with how many there were. */
export async function endEverywhere(
  { clock }: { clock: Clock },
  tx: OwnerTx,
  principal: OwnerPrincipal,
): Promise<number> {
  return setSessionsEnded(tx, { whose: ownSessionsOf(principal), at: new Date(clock.now()) });
}

/** Ends every session of a member, and answers with how many there were. */
export async function endSessionsOfMember({ clock }: { clock: Clock }, tx: OwnerTx, memberId: string): Promise<number> {
  return setSessionsEnded(tx, { whose: { memberId }, at: new Date(clock.now()) });
}
