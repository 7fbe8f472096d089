import type { OwnerPrincipal } from '../../platform/http/index.ts';
import type { DashboardSessionRecord } from './store.ts';

/** Who a session makes of whoever holds it. */
export function principalOfSession({ id, ownerId, holder }: DashboardSessionRecord, csrfToken: string): OwnerPrincipal {
  const common = { ownerId, dashboardSession: { id, csrfToken } };
  switch (holder.kind) {
    case 'owner_key':
      return { class: 'owner_key', credentialId: holder.id, version: holder.version, role: 'admin', ...common };
    case 'member':
      return { class: 'member', credentialId: holder.id, role: holder.role, ...common };
    case 'oidc_user':
      return { class: 'oidc_user', credentialId: holder.subject, role: holder.role, ...common };
  }
}
