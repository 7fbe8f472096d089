import { highestRole, idBodyLength, idPrefixes, type ManagementRole } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { OwnerPrincipal } from '../../platform/http/index.ts';
import type { AccessToken } from '../../platform/oidc/index.ts';
import type { OwnerRecord } from '../owners/index.ts';
import type { CredentialRecords } from './records.ts';
import { claimAt } from './claims.ts';
import type { UserSource } from './user-source.ts';
import type { Access, Attribute } from './verify-credential.ts';

const ownerIdForm = new RegExp(`^${idPrefixes.owner}_[0-9A-Za-z]{${idBodyLength}}$`);
const hint =
  'Management takes an owner key, or an access token of the identity provider that this server is set up for.';

/**
 * Who presents this access token. Order: signature and claims → expiry → owner → role. Throws `invalid_token`,
 * `unavailable` when the provider's keys cannot be had, and `permission_denied` for somebody without a role.
 */
export async function verifyUser(access: Access, token: string, attribute: Attribute): Promise<OwnerPrincipal> {
  const { identityProvider: source, records, clock } = access;
  if (source === undefined) throw new AppError('invalid_token', { reason: 'no_identity_provider', hint });
  const verified = await verifiedToken(source, token);
  attribute({ credentialClass: 'oidc_user', credentialId: verified.subject });
  const owner = await ownerOf(records, source, verified);
  if (owner === undefined) throw new AppError('invalid_token', { reason: 'owner_unknown', hint });
  attribute({ ownerId: owner.id });
  if (verified.expiresAt * 1000 <= clock.now()) {
    throw new AppError('invalid_token', { reason: 'access_token: expired', hint });
  }
  const role = roleOf(source, owner, verified.claims);
  return { class: 'oidc_user', credentialId: verified.subject, ownerId: owner.id, role };
}

/**
 * For whom a person acts, and as what, whom the identity provider has just signed in: by the same claims as an access
 * token's. Throws `invalid_token` without an owner, and `permission_denied` without a role.
 */
export async function userOf(
  { identityProvider: source, records }: Access,
  user: { subject: string; claims: Readonly<Record<string, unknown>> },
  attribute: Attribute,
): Promise<{ ownerId: string; role: ManagementRole }> {
  if (source === undefined) throw new AppError('invalid_token', { reason: 'no_identity_provider', hint });
  attribute({ credentialClass: 'oidc_user', credentialId: user.subject });
  const owner = await ownerOf(records, source, user);
  if (owner === undefined) throw new AppError('invalid_token', { reason: 'owner_unknown', hint });
  attribute({ ownerId: owner.id });
  return { ownerId: owner.id, role: roleOf(source, owner, user.claims) };
}

function roleOf(source: UserSource, owner: OwnerRecord, claims: Readonly<Record<string, unknown>>): ManagementRole {
  if (!owner.isActive) throw new AppError('invalid_token', { reason: 'owner_disabled', hint });
  const role = highestRole([claimAt(claims, source.roleClaim)].flat());
  if (role !== undefined) return role;
  throw new AppError('permission_denied', {
    reason: 'no_role',
    message: 'You have no role here.',
    hint: 'Ask your administrator for one of the roles viewer, developer and admin.',
  });
}

/** One answer for every kind of bad token; what was wrong is for the log. */
async function verifiedToken({ tokens }: UserSource, token: string): Promise<AccessToken> {
  try {
    return await tokens.verifyIgnoringExpiry(token);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_token') throw error;
    throw new AppError('invalid_token', { reason: error.reason ?? 'access_token', hint, cause: error });
  }
}

/** The owner whom the token names, if there is one. Where a claim names it, a token without that claim names nobody. */
async function ownerOf(
  records: CredentialRecords,
  { ownerClaim }: UserSource,
  { claims }: Pick<AccessToken, 'claims'>,
): Promise<OwnerRecord | undefined> {
  if (ownerClaim === undefined) return records.firstOwner();
  const id = claimAt(claims, ownerClaim);
  return typeof id === 'string' && ownerIdForm.test(id) ? records.owner(id) : undefined;
}
