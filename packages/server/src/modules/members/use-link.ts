import { credentialClassOf } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, OwnerTx } from '../../platform/db/index.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import { hashSecret } from '../../platform/secret.ts';
import { lookUpLink, takeLink } from './store.ts';

/**
 * Uses a sign-in link up, and in the same transaction does what it is for. Throws `invalid_token` for one that is
 * unknown, used, replaced or expired, or whose member was disabled or removed: from outside all of these look the same.
 */
export async function useLink<T>(
  { db, clock }: { db: Database; clock: Clock },
  { link, request }: { link: string; request: RequestFacts },
  begin: (tx: OwnerTx, member: { id: string; ownerId: string }) => Promise<T>,
): Promise<T> {
  const linkClass = credentialClassOf(link);
  if (linkClass !== 'member_link') {
    throw refusal(linkClass === undefined ? 'malformed' : `wrong_class: ${linkClass}`);
  }
  const hash = hashSecret(link);
  const found = await db.withSystem('members.find-link', (tx) => lookUpLink(tx, hash));
  if (found === undefined) throw refusal('link_unknown_or_used');
  const { id, ownerId } = found;
  request.attribute({ credentialClass: 'member', credentialId: id, ownerId });
  return db.withOwner({ ownerId }, async (tx) => {
    const member = await takeLink(tx, hash, new Date(clock.now()));
    if (member === undefined) throw refusal('link_expired');
    return begin(tx, { id, ownerId });
  });
}

function refusal(reason: string): AppError {
  return new AppError('invalid_token', {
    reason,
    message: 'This sign-in link does not work any more.',
    hint: 'Each link works once and for a day. Ask an admin for a new one.',
  });
}
