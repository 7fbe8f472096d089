import { csrfHeader } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { AuthenticationInput, OwnerPrincipal } from '../../platform/http/index.ts';
import { equalSecrets } from '../../platform/secret.ts';
import {
  csrfTokenOf,
  idleMsMax,
  principalOfSession,
  type DashboardSessionRecord,
} from '../dashboard-sessions/index.ts';
import { checkOwnPage } from './standing.ts';
import { checkForm, type Access, type Attribute } from './verify-credential.ts';

const signInAgain = 'Sign in again.';
const safeMethods: readonly string[] = ['GET', 'HEAD'];
/** What a browser says of a request by our own page, and of one that the person made, by typing the address. */
const ownFetchSites: readonly (string | undefined)[] = [undefined, 'same-origin', 'none'];

/**
 * Who asks by the cookie of a session. A browser sends the cookie with whatever a page of the same site asks for, so the
 * cookie alone proves only who sits there, not who wants it:
 *
 *   every request      is not by another origin, as far as the browser says (Sec-Fetch-Site, Origin)
 *   one that changes   repeats the session's CSRF token, which only our own page can have read
 */
export async function verifyDashboardRequest(
  access: Access,
  input: AuthenticationInput,
  { secret, publicUrl }: { secret: string; publicUrl: string },
): Promise<OwnerPrincipal> {
  const principal = await verifyDashboardSession(access, secret, input.attribute);
  if (!ownFetchSites.includes(input.header('sec-fetch-site'))) {
    throw new AppError('origin_not_allowed', {
      reason: 'session_cookie_from_elsewhere',
      message: 'The dashboard’s session does not work from other sites.',
      hint: 'Open the dashboard itself.',
    });
  }
  checkOwnPage(input, publicUrl);
  if (!safeMethods.includes(input.method)) checkCsrfToken(principal, input.header(csrfHeader));
  return principal;
}

function checkCsrfToken({ dashboardSession }: OwnerPrincipal, sent: string | undefined): void {
  if (dashboardSession !== undefined && sent !== undefined && equalSecrets(sent, dashboardSession.csrfToken)) return;
  throw new AppError('permission_denied', {
    reason: sent === undefined ? 'csrf_token_missing' : 'csrf_token_wrong',
    message: 'The request does not show that the dashboard made it.',
    hint: 'Load the dashboard again. A program sends the csrfToken of its session in the header X-CSRF-Token.',
  });
}

/**
 * Whom a session stands for, if it is not over. Order: form → ended → expiry → owner → what it was made by. Throws
 * `invalid_token`; from outside every reason looks the same.
 */
async function verifyDashboardSession(access: Access, secret: string, attribute: Attribute): Promise<OwnerPrincipal> {
  checkForm('dashboard_session', secret);
  const known = await access.records.dashboardSession(secret);
  const record =
    known !== undefined && isIdle(known, access.clock.now())
      ? // It may have been used through another instance, or through this one since it was read.
        await access.records.dashboardSessionAnew(secret)
      : known;
  if (record === undefined) throw refusal('unknown');
  attribute({ credentialClass: 'dashboard_session', credentialId: record.id, ownerId: record.ownerId });
  const reason = endOf(record, access);
  if (reason !== undefined) throw refusal(reason);
  return principalOfSession(record, csrfTokenOf(secret));
}

function isIdle(record: DashboardSessionRecord, now: number): boolean {
  return record.lastUsedAt.getTime() + idleMsMax[record.holder.kind] <= now;
}

/** Why a session is over, for the log; undefined: it is not. */
function endOf(record: DashboardSessionRecord, { clock, identityProvider }: Access): string | undefined {
  if (record.endedAt !== null) return 'signed_out';
  if (record.expiresAt.getTime() <= clock.now()) return 'expired';
  if (isIdle(record, clock.now())) return 'session_idle';
  if (!record.ownerActive) return 'owner_disabled';
  const { holder } = record;
  switch (holder.kind) {
    case 'owner_key':
      if (holder.isRevoked) return 'revoked';
      return holder.isRotated ? 'rotated' : undefined;
    case 'member':
      return holder.isActive ? undefined : 'member_disabled';
    case 'oidc_user':
      return identityProvider === undefined ? 'no_identity_provider' : undefined;
  }
}

function refusal(reason: string): AppError {
  return new AppError('invalid_token', { reason, hint: signInAgain });
}
