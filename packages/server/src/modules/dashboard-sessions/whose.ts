import type { OwnerPrincipal } from '../../platform/http/index.ts';
import type { SessionsOf } from './store.ts';

/** The sessions of the same person, or by the same owner key. */
export function ownSessionsOf(principal: OwnerPrincipal): Exclude<SessionsOf, 'owner'> {
  switch (principal.class) {
    case 'owner_key':
      return { ownerKeyId: principal.credentialId };
    case 'member':
      return { memberId: principal.credentialId };
    case 'oidc_user':
      return { subject: principal.credentialId };
  }
}

/** Whose sessions somebody sees, and may end. */
export function sessionsSeenBy(principal: OwnerPrincipal): SessionsOf {
  return principal.role === 'admin' ? 'owner' : ownSessionsOf(principal);
}
