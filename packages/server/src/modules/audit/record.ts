import type { AuditEvent } from '@microapp/contract';
import { newId, type Random } from '../../platform/random.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx, SystemTx } from '../../platform/db/index.ts';
import type { OwnerPrincipal, RequestFacts } from '../../platform/http/index.ts';
import { insertAuditEntry } from './store.ts';

/** `tx` is the owner's or, for what belongs to the installation, the system's. */
export type AuditedCall = { tx: OwnerTx | SystemTx; principal: OwnerPrincipal; request: RequestFacts };

/**
 * Writes down a change of a credential or setting, in the transaction that makes it. `detail` names what changed and
 * never holds a secret.
 */
export async function recordAudit(
  deps: { clock: Clock; random: Random },
  { tx, principal, request }: AuditedCall,
  entry: { event: AuditEvent; targetId: string; workspaceId?: string; detail?: Record<string, unknown> },
): Promise<void> {
  await insertAuditEntry(tx, {
    id: newId(deps.random, 'auditEntry'),
    owner_id: principal.ownerId,
    workspace_id: entry.workspaceId ?? null,
    at: new Date(deps.clock.now()),
    actor_class: principal.class,
    actor_id: principal.credentialId,
    address: request.address,
    request_id: request.id,
    event: entry.event,
    target_id: entry.targetId,
    detail: JSON.stringify(entry.detail ?? {}),
  });
}
