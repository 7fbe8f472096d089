import { credentialClassOf, originMatches } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Attribution, EmbedPrincipal, OwnerPrincipal } from '../../platform/http/index.ts';
import type { ClientTokenRecord } from '../surfaces/index.ts';
import type { EmbedTokenRecord } from '../embed-tokens/index.ts';
import type { CredentialRecords, EmbedRecord, RecordName } from './records.ts';
import type { SessionTokens } from './session-tokens.ts';
import { checkStanding, permissionsNow } from './standing.ts';
import type { UserSource } from './user-source.ts';
import type { UrlTokens } from './url-tokens.ts';

export type Access = {
  clock: Clock;
  records: CredentialRecords;
  sessionTokens: SessionTokens;
  /** Whose people may manage beside the holders of owner keys; undefined: nobody's. */
  identityProvider: UserSource | undefined;
  urlTokens: UrlTokens;
  maxSignedTokenTtlSeconds: number;
  /** The origins of our own pages. */
  ownOrigins: ReadonlySet<string>;
};

/** Told whom a request is about as soon as that is known, so that a refusal is attributed too. */
export type Attribute = (who: Attribution) => void;

/** Who presents this owner key, if it may still be used. Throws `invalid_token`. */
export async function verifyOwnerKey(
  access: Access,
  secret: string,
  attribute: Attribute,
): Promise<OwnerPrincipal & { class: 'owner_key' }> {
  checkForm('owner_key', secret);
  const record = await access.records.ownerKey(secret);
  if (record === undefined) throw new AppError('invalid_token', { reason: 'unknown' });
  attribute({ credentialClass: 'owner_key', credentialId: record.id, ownerId: record.ownerId });
  if (record.revokedAt !== null) throw new AppError('invalid_token', { reason: 'revoked' });
  if (!record.ownerActive) throw new AppError('invalid_token', { reason: 'owner_disabled' });
  // Whoever holds a key is nobody in particular, so it can be limited to nothing: it is for servers and first steps.
  return {
    class: 'owner_key',
    credentialId: record.id,
    version: record.version,
    ownerId: record.ownerId,
    role: 'admin',
  };
}

/** The record of an embed token that may still be used. The caller checks the origin. */
export async function verifyEmbedToken(
  access: Access,
  secret: string,
  attribute: Attribute,
): Promise<EmbedTokenRecord> {
  checkForm('embed_token', secret);
  const record = await access.records.embedToken(secret);
  if (record === undefined) throw new AppError('invalid_token', { reason: 'unknown' });
  attribute(attributionOf(record));
  checkStanding(record, access.clock.now());
  return record;
}

/** The record of a client token that may still be used. The caller checks the origin. */
export async function verifyClientToken(
  access: Access,
  value: string,
  attribute: Attribute,
): Promise<ClientTokenRecord> {
  checkForm('client_token', value);
  const record = await access.records.clientToken(value);
  if (record === undefined) throw new AppError('invalid_token', { reason: 'unknown' });
  attribute(attributionOf(record));
  checkStanding(record, access.clock.now());
  return record;
}

/** The record that a ticket or session names, if it is the same version as then and may still be used. */
export async function verifyNamed(
  access: Access,
  name: RecordName & { version: number },
  attribute: Attribute,
): Promise<EmbedRecord> {
  const record = await access.records.named(name);
  if (record === undefined) throw new AppError('invalid_token', { reason: 'unknown' });
  attribute(attributionOf(record));
  if (record.version !== name.version) throw new AppError('invalid_token', { reason: 'rotated' });
  checkStanding(record, access.clock.now());
  return record;
}

/**
 * The record behind the public id of a surface or an embed token, if it may still be used. An id is no credential: this
 * says on which pages something may be shown, before anybody has proved anything. Throws as the credential's door would.
 */
export async function verifyPublicId(access: Access, id: string): Promise<EmbedRecord> {
  const record = await access.records.byPublicId(id);
  if (record === undefined) throw new AppError('invalid_token', { reason: 'unknown' });
  checkStanding(record, access.clock.now());
  return record;
}

/** Who holds this session, as its credential stands now: revoking or narrowing that ends or narrows the session. */
export async function verifySession(access: Access, token: string, attribute: Attribute): Promise<EmbedPrincipal> {
  const claims = await access.sessionTokens.verifyIgnoringExpiry(token);
  attribute({
    origin: claims.origin,
    credentialClass: 'embed_session',
    credentialId: claims.cred.id,
    ownerId: claims.owner,
    workspaceId: claims.workspace,
  });
  if (claims.exp * 1000 <= access.clock.now()) throw new AppError('invalid_token', { reason: 'session_expired' });
  const record = await verifyNamed(
    access,
    {
      class: claims.cred.class,
      id: claims.cred.id,
      version: claims.cred.version,
      ownerId: claims.owner,
      workspaceId: claims.workspace,
    },
    attribute,
  );
  attribute({ credentialClass: 'embed_session' });
  // The list may have changed since: a domain that was taken off it loses its open widgets too.
  if (!originMatches(record.allowedOrigins, claims.origin)) {
    throw new AppError('origin_not_allowed', { reason: 'session_origin_no_longer_listed' });
  }
  if (record.environment !== claims.environment) {
    throw new AppError('invalid_token', { reason: 'environment_changed' });
  }
  const permissions = permissionsNow(record).filter((permission) => claims.permissions.includes(permission));
  return {
    ...principalOf(record),
    class: 'embed_session',
    apps: record.apps.filter((app) => claims.apps.includes(app)),
    permissions,
    expiresAt: Math.min(claims.exp * 1000, record.expiresAt?.getTime() ?? Infinity),
    origin: claims.origin,
    session: { visitorId: claims.sub, authTime: claims.auth_time },
  };
}

/** The embed token that a URL token names and the app that it is for, if both may still be used. The caller checks the origin. */
export async function verifyUrlToken(
  access: Access,
  token: string,
  attribute: Attribute,
): Promise<{ record: EmbedTokenRecord; app: string }> {
  const claims = await access.urlTokens.verifyIgnoringExpiry(token);
  const { owner: ownerId, workspace: workspaceId, cred } = claims;
  const who = { credentialClass: 'url_token', credentialId: cred.id, ownerId, workspaceId };
  attribute(who);
  if (claims.exp * 1000 <= access.clock.now()) throw new AppError('invalid_token', { reason: 'url_token_expired' });
  const name = { class: 'embed_token', id: cred.id, version: cred.version, ownerId, workspaceId } as const;
  // Attributed to the token that it names, as the one that a person sees and can revoke, but by its own class.
  const record = await verifyNamed(access, name, (found) => attribute({ ...found, credentialClass: 'url_token' }));
  if (record.class !== 'embed_token') throw new AppError('invalid_token', { reason: 'unknown' });
  return { record, app: claims.app };
}

/** The principal that a record makes, as it stands now. */
export function principalOf(record: EmbedRecord): EmbedPrincipal {
  return {
    class: record.class,
    credentialClass: record.class,
    credentialId: record.id,
    version: record.version,
    ownerId: record.ownerId,
    workspaceId: record.workspaceId,
    surfaceId: record.surfaceId,
    apps: record.apps,
    permissions: permissionsNow(record),
    allowedOrigins: record.allowedOrigins,
    environment: record.environment,
    expiresAt: record.expiresAt?.getTime(),
    preview: record.class === 'preview' ? { shows: record.shows, restsOn: record.restsOn } : undefined,
    origin: undefined,
    session: undefined,
  };
}

function attributionOf(record: EmbedRecord): Attribution {
  return {
    credentialClass: record.class,
    credentialId: record.id,
    ownerId: record.ownerId,
    workspaceId: record.workspaceId,
  };
}

const wrongClassHints = {
  owner_key: 'This is an owner key. It belongs on your server and works for management only.',
  embed_token: 'This is an embed token. Send it in the header x-microapp-embed-token, with ?embed=1.',
  client_token: 'This is a client token. It is good for one thing: asking for a session.',
  embed_ticket: 'This is a ticket. It is redeemed by the frame, once.',
  dashboard_session: 'This is a session of the dashboard. It works as its cookie only.',
  member_link: 'This is a sign-in link. It opens the dashboard, once.',
} as const;

/**
 * Throws unless the text has the form of that class, checksum included: garbage costs no look-up. A credential of
 * another class is told so, which its prefix says anyway; a damaged one looks like any other invalid token.
 */
export function checkForm(expected: keyof typeof wrongClassHints, text: string): void {
  const found = credentialClassOf(text);
  if (found === expected) return;
  if (found === undefined) throw new AppError('invalid_token', { reason: 'malformed' });
  throw new AppError('invalid_token', { reason: `wrong_class: ${found}`, hint: wrongClassHints[found] });
}
