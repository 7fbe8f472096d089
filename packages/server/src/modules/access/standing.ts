import { missingFrom, originMatches, type Permission } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import type { EmbedRecord } from './records.ts';

/**
 * Throws unless the credential may still be used at `now` (epoch milliseconds). Order: active flag, expiry, owner,
 * workspace. From outside unknown, malformed, revoked and expired are one and the same; the reason is for the log.
 */
export function checkStanding(record: EmbedRecord, now: number): void {
  if (!record.isActive) throw new AppError('invalid_token', { reason: 'revoked' });
  if (record.expiresAt !== null && record.expiresAt.getTime() <= now) {
    throw new AppError('invalid_token', { reason: 'expired' });
  }
  if (!record.ownerActive) throw new AppError('invalid_token', { reason: 'owner_disabled' });
  if (record.workspaceStatus === 'deleted') throw new AppError('invalid_token', { reason: 'workspace_deleted' });
  if (record.workspaceStatus === 'disabled') throw new AppError('workspace_disabled', { reason: 'workspace_disabled' });
}

/** What the credential allows now: what it was given, less what its workspace has lost since. */
export function permissionsNow(record: EmbedRecord): Permission[] {
  return record.permissions.filter((permission) => record.features.includes(permission));
}

/**
 * Throws unless a direct call may come from `origin`. An origin can deny, never grant: without one (a server calls) and
 * from our own frames the credential decides; any other must be on the record's list, and a server token has none.
 */
export function checkCallerOrigin(
  record: EmbedRecord,
  origin: string | undefined,
  ownOrigins: ReadonlySet<string>,
): void {
  if (origin === undefined) return;
  if (record.use === 'server') {
    throw new AppError('origin_not_allowed', {
      reason: 'server_token_in_browser',
      message: 'This token is for servers and was sent by a browser.',
      hint: 'Issue a token for a widget or an iframe, or call from your server.',
    });
  }
  if (ownOrigins.has(origin)) return;
  checkListed(record, origin);
}

/** Throws unless `origin` is on the record's list of allowed origins. */
export function checkListed(record: EmbedRecord, origin: string | undefined): void {
  if (originMatches(record.allowedOrigins, origin)) return;
  const shown = origin === undefined ? 'A request without an origin' : `The origin ${origin.slice(0, 300)}`;
  throw new AppError('origin_not_allowed', { reason: 'origin_not_listed', message: `${shown} is not allowed.` });
}

/** Throws unless the credential may use the app with this permission. An unknown app and a foreign one look the same. */
export function checkMay(
  held: { credentialClass?: string; apps: readonly string[]; permissions: readonly Permission[] },
  { app, permission }: { app: string; permission: Permission },
): void {
  if (missingFrom(held.permissions, [permission]).length > 0) {
    throw new AppError('permission_denied', { reason: `lacks ${permission}` });
  }
  // Of an API key, and of nothing else, none means all; whose apps those are, the tenant's wall knows.
  const isForAll = held.credentialClass === 'api_key' && held.apps.length === 0;
  if (!isForAll && !held.apps.includes(app)) throw new AppError('permission_denied', { reason: 'app_not_in_scope' });
}

/** A browser on a foreign page must not manage anything, whatever was pasted into that page. */
export function checkOwnPage(request: Pick<RequestFacts, 'origin' | 'header'>, publicUrl: string): void {
  const { origin } = request;
  if (origin === undefined || origin === publicUrl) return;
  if (request.header('sec-fetch-site') === 'same-origin') return;
  throw new AppError('origin_not_allowed', {
    reason: 'management_from_foreign_origin',
    message: 'Management does not work from other sites.',
    hint: 'Keep owner keys and access tokens on your server and call from there. If a key stood in a page, rotate it.',
  });
}
