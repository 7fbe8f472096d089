import { credentialClassOf, isApiKeyForm, type ApiKeyScope, type Permission } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { ApiKeyPrincipal } from '../../platform/http/index.ts';
import { checkSignable, parseUnverifiedSignedToken } from '../api-keys/index.ts';
import type { ApiKeyRecord } from './api-key-records.ts';
import type { Access, Attribute } from './verify-credential.ts';

const permissionsOfScope: Record<ApiKeyScope, readonly Permission[]> = {
  readonly: ['sessions:read'],
  interactive: ['tool:run', 'sessions:read', 'sessions:interact'],
};

/** What only an API key itself may: a signed token is for watching, in a browser. */
const serverOnly: readonly Permission[] = ['tool:run'];

/** 401 in the words that are documented for every API key and signed token that is no good, whatever the reason. */
function refused(reason: string, hint?: string): AppError {
  return new AppError('invalid_token', {
    reason,
    message: 'Authentication required',
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The record of an API key that may still be used. The caller checks the origin. */
export async function verifyApiKey(access: Access, secret: string, attribute: Attribute): Promise<ApiKeyRecord> {
  if (!isApiKeyForm(secret)) {
    const otherClass = credentialClassOf(secret);
    if (otherClass === undefined) throw refused('malformed');
    throw refused(`wrong_class: ${otherClass}`, 'This is no API key. Each credential has a header of its own.');
  }
  const record = await access.records.apiKey(secret);
  if (record === undefined) throw refused('unknown');
  attribute({ ...attributionOf(record), credentialClass: 'api_key' });
  if (!record.isActive) throw refused('revoked');
  checkStanding(record);
  return record;
}

/**
 * Who holds this signed token, as its key stands now. The order is documented; each step costs more than the one before:
 *
 *   1. form              size, parts, one spelling, exact types
 *   2. expiry            present, not past, not further away than the maximum; nothing has asked the database yet
 *   3. key               named by `kid`, active
 *   4. signature         over the text received, in constant time
 *   5. scope, apps       within the key's as they are now, so narrowing a key narrows what was signed with it
 *
 * `sid` is the routes' to check: they know which session is asked for. The caller checks the origin.
 */
export async function verifySignedToken(
  access: Access,
  token: string,
  attribute: Attribute,
): Promise<{ principal: ApiKeyPrincipal; record: ApiKeyRecord }> {
  const parsed = parseUnverifiedSignedToken(token);
  if (parsed === undefined) throw refused('malformed');
  checkExpiry(access, parsed.payload.exp);
  const record = await access.records.apiKeyById(parsed.payload.kid);
  if (record === undefined) throw refused('unknown');
  const isGenuine = access.records.isGenuine(record, token, parsed);
  // Written down under its owner only what was really signed: an id is public, and would fill a stranger's log.
  if (isGenuine) attribute({ ...attributionOf(record), credentialClass: 'signed_token' });
  if (!record.isActive) throw refused('revoked');
  if (!isGenuine) throw refused('bad_signature');
  checkStanding(record);
  const { scope, apps, sid } = parsed.payload;
  checkSignable({ scope, apps }, record);
  const principal: ApiKeyPrincipal = {
    ...principalOfApiKey(record),
    class: 'signed_token',
    scope,
    apps,
    permissions: permissionsOf(record, scope).filter((permission) => !serverOnly.includes(permission)),
    sessionId: sid,
  };
  return { principal, record };
}

/** The principal that an API key makes, as it stands now. */
export function principalOfApiKey(record: ApiKeyRecord): ApiKeyPrincipal {
  return {
    class: 'api_key',
    credentialClass: 'api_key',
    credentialId: record.id,
    version: record.version,
    ownerId: record.ownerId,
    workspaceId: record.workspaceId,
    scope: record.scope,
    apps: record.apps,
    permissions: permissionsOf(record, record.scope),
    sessionId: undefined,
    origin: undefined,
  };
}

/** What the scope gives, less what the workspace that the key is bound to has no feature for. */
function permissionsOf({ workspaceId, home }: ApiKeyRecord, scope: ApiKeyScope): Permission[] {
  const given = permissionsOfScope[scope];
  return workspaceId === undefined ? [...given] : given.filter((word) => home?.features.includes(word) ?? false);
}

function checkExpiry({ clock, maxSignedTokenTtlSeconds }: Access, exp: number): void {
  const now = clock.now() / 1000;
  if (exp <= now) throw refused('expired');
  // A self-signed token has no time of issue: one that was made for longer becomes good when less than that remains.
  if (exp - now > maxSignedTokenTtlSeconds) throw refused('exp_too_far_away');
}

/** Throws unless owner and, of a bound key, workspace let it be used. A key without a workspace needs none. */
function checkStanding({ ownerActive, workspaceId, home }: ApiKeyRecord): void {
  if (!ownerActive) throw refused('owner_disabled');
  if (workspaceId === undefined) return;
  if (home === undefined) throw refused('workspace_deleted');
  checkHome(home);
}

/** Throws unless the workspace that a key works in is there and not disabled. */
export function checkHome({ workspaceStatus }: NonNullable<ApiKeyRecord['home']>): void {
  if (workspaceStatus === 'deleted') throw refused('workspace_deleted');
  if (workspaceStatus === 'disabled') throw new AppError('workspace_disabled', { reason: 'workspace_disabled' });
}

function attributionOf({ id, ownerId, workspaceId }: ApiKeyRecord) {
  return { credentialId: id, ownerId, workspaceId };
}
