import type { CurrentSession } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import {
  csrfTokenOf,
  issueDashboardSession,
  presentCurrentSession,
  principalOfSession,
  setSessionCookie,
  type SessionHolder,
} from '../dashboard-sessions/index.ts';

export type BeginDeps = { clock: Clock; random: Random; publicUrl: string; embedUrl: string };

/** Begins a session for somebody who has been verified, and sets its cookie: the one place where it leaves the server. */
export async function beginSession(
  deps: BeginDeps,
  { tx, request }: { tx: OwnerTx; request: RequestFacts },
  { ownerId, holder }: { ownerId: string; holder: SessionHolder },
): Promise<CurrentSession> {
  const { publicUrl, embedUrl, clock } = deps;
  const userAgent = request.header('user-agent');
  const { record, secret } = await issueDashboardSession(deps, tx, { ownerId, holder, userAgent });
  const csrfToken = csrfTokenOf(secret.reveal());
  const principal = principalOfSession(record, csrfToken);
  await recordAudit(
    deps,
    { tx, principal, request },
    { event: 'dashboard-session.created', targetId: record.id, detail: { kind: holder.kind } },
  );
  const maxAgeSeconds = Math.floor((record.expiresAt.getTime() - clock.now()) / 1000);
  request.setHeader('set-cookie', setSessionCookie(publicUrl, { secret: secret.reveal(), maxAgeSeconds }));
  return presentCurrentSession(record, principal, { csrfToken, publicUrl, embedUrl });
}
