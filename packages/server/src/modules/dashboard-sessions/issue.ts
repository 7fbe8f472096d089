import type { ManagementRole } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { keptAfterEndMs, sessionMsMax } from './lifetimes.ts';
import {
  deleteSessionsBefore,
  insertSession,
  readDashboardSessionRecord,
  type DashboardSessionRecord,
} from './store.ts';

/** Whom a session stands for. */
export type SessionHolder =
  | { kind: 'owner_key'; id: string; version: number }
  | { kind: 'member'; id: string }
  | { kind: 'oidc_user'; subject: string; name: string; email: string | undefined; role: ManagementRole };

const userAgentLengthMax = 300;

/** Begins a session; the caller has verified who signs in. The secret is for the cookie and nowhere else. */
export async function issueDashboardSession(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  session: { ownerId: string; holder: SessionHolder; userAgent: string | undefined },
): Promise<{ record: DashboardSessionRecord; secret: Secret }> {
  const { ownerId, holder, userAgent } = session;
  const { secret, hash } = freshCredential(deps.random, 'dashboard_session');
  const id = newId(deps.random, 'dashboardSession');
  const now = deps.clock.now();
  // Here and not by a job: who makes rows clears away old ones, and an owner who signs in no more makes none.
  await deleteSessionsBefore(tx, new Date(now - keptAfterEndMs));
  await insertSession(tx, {
    id,
    owner_id: ownerId,
    ...columnsOf(holder),
    secret_hash: hash,
    user_agent: userAgent?.slice(0, userAgentLengthMax) ?? null,
    created_at: new Date(now),
    last_used_at: new Date(now),
    expires_at: new Date(now + sessionMsMax[holder.kind]),
  });
  const record = await readDashboardSessionRecord(tx, id);
  if (record === undefined) throw new Error('A session that was just made is not there.');
  return { record, secret };
}

function columnsOf(holder: SessionHolder) {
  switch (holder.kind) {
    case 'owner_key':
      return { kind: holder.kind, owner_key_id: holder.id, owner_key_version: holder.version };
    case 'member':
      return { kind: holder.kind, member_id: holder.id };
    case 'oidc_user':
      return {
        kind: holder.kind,
        subject: holder.subject,
        person_name: holder.name,
        person_email: holder.email ?? null,
        role: holder.role,
      };
  }
}
