import { permissionsOfRole, type CurrentSession } from '@microapp/contract';
import type { OwnerPrincipal } from '../../platform/http/index.ts';
import type { DashboardSessionRecord } from './store.ts';

/** Who a management credential is, as it is told itself. */
export function presentMe({ class: credentialClass, credentialId, ownerId, role }: OwnerPrincipal) {
  return { class: credentialClass, credentialId, ownerId, role, permissions: permissionsOfRole(role) };
}

/** The person behind a session; null where it is whoever holds an owner key. */
function personOf({ holder }: DashboardSessionRecord) {
  if (holder.kind === 'owner_key') return null;
  return { name: holder.name, ...(holder.email === null ? {} : { email: holder.email }) };
}

/** A session in a list. */
export function presentSession(record: DashboardSessionRecord, currentId: string | undefined) {
  return {
    id: record.id,
    kind: record.holder.kind,
    person: personOf(record),
    createdAt: record.createdAt.toISOString(),
    lastUsedAt: record.lastUsedAt.toISOString(),
    expiresAt: record.expiresAt.toISOString(),
    isCurrent: record.id === currentId,
    ...(record.userAgent === null ? {} : { userAgent: record.userAgent }),
  };
}

/** A session to the browser that holds it. */
export function presentCurrentSession(
  record: DashboardSessionRecord,
  principal: OwnerPrincipal,
  told: { csrfToken: string; publicUrl: string; embedUrl: string },
): CurrentSession {
  return {
    id: record.id,
    me: presentMe(principal),
    person: personOf(record),
    owner: { id: record.ownerId, name: record.ownerName },
    expiresAt: record.expiresAt.toISOString(),
    ...told,
  };
}
