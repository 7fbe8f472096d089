import { credentialClassOf, isApiKeyForm } from '@microapp/contract';
import type { RequestFacts } from '../../platform/http/index.ts';
import { parseUnverifiedSignedToken } from '../api-keys/index.ts';
import type { ApiKeyRecord } from './api-key-records.ts';
import type { CredentialStamps } from './stamps.ts';
import type { Access } from './verify-credential.ts';

/**
 * A credential stood in a URL: finds out whose it is, so that its owner can see it. Nothing is revoked by this, or
 * anybody could kill a token that is public.
 */
export async function noteCredentialInUrl(
  access: Pick<Access, 'records' | 'sessionTokens' | 'urlTokens'>,
  stamps: CredentialStamps,
  credential: string,
  request: RequestFacts,
): Promise<void> {
  const { records, sessionTokens, urlTokens } = access;
  const credentialClass = credentialClassOf(credential);
  if (credentialClass === 'owner_key') {
    const record = await records.ownerKey(credential);
    if (record === undefined) return;
    request.attribute({ credentialClass, credentialId: record.id, ownerId: record.ownerId });
    stamps.seenInUrl(credentialClass, record.id);
    return;
  }
  const apiKey = await apiKeyBehind(access, credential);
  if (apiKey !== undefined) {
    const { record, ...seenAs } = apiKey;
    request.attribute({ ...seenAs, credentialId: record.id, ownerId: record.ownerId, workspaceId: record.workspaceId });
    stamps.seenInUrl('api_key', record.id);
    return;
  }
  if (credentialClass === undefined) {
    const session = await sessionTokens.verifyIgnoringExpiry(credential).catch(() => undefined);
    const claims = session ?? (await urlTokens.verifyIgnoringExpiry(credential).catch(() => undefined));
    if (claims === undefined) return;
    const { owner: ownerId, workspace: workspaceId, cred } = claims;
    const jwtClass = session === undefined ? 'url_token' : 'embed_session';
    request.attribute({ credentialClass: jwtClass, credentialId: cred.id, ownerId, workspaceId });
    return;
  }
  if (credentialClass === 'dashboard_session') {
    const record = await records.dashboardSession(credential);
    if (record === undefined) return;
    request.attribute({ credentialClass, credentialId: record.id, ownerId: record.ownerId });
    return;
  }
  // A ticket is gone within the minute and a sign-in link within the day; nothing of them is kept that could be shown.
  if (credentialClass === 'embed_ticket' || credentialClass === 'member_link') return;
  const record =
    credentialClass === 'embed_token' ? await records.embedToken(credential) : await records.clientToken(credential);
  if (record === undefined) return;
  const { id: credentialId, ownerId, workspaceId } = record;
  request.attribute({ credentialClass, credentialId, ownerId, workspaceId });
  stamps.seenInUrl(credentialClass, credentialId);
}

/** The API key that this is, or that signed this: a signature is checked, or anybody could mark any key as seen. */
async function apiKeyBehind(
  { records }: Pick<Access, 'records'>,
  credential: string,
): Promise<{ record: ApiKeyRecord; credentialClass: 'api_key' | 'signed_token' } | undefined> {
  if (isApiKeyForm(credential)) {
    const record = await records.apiKey(credential);
    return record && { record, credentialClass: 'api_key' };
  }
  const parsed = parseUnverifiedSignedToken(credential);
  if (parsed === undefined) return undefined;
  const record = await records.apiKeyById(parsed.payload.kid);
  if (record === undefined || !records.isGenuine(record, credential, parsed)) return undefined;
  return { record, credentialClass: 'signed_token' };
}
