import { credentialClassOf } from '@microapp/contract';
import type { RequestFacts } from '../../platform/http/index.ts';
import type { CredentialStamps } from './stamps.ts';
import type { Access } from './verify-credential.ts';

/**
 * A credential stood in a URL: finds out whose it is, so that its owner can see it. Nothing is revoked by this, or
 * anybody could kill a token that is public.
 */
export async function noteCredentialInUrl(
  { records, sessionTokens, urlTokens }: Pick<Access, 'records' | 'sessionTokens' | 'urlTokens'>,
  stamps: CredentialStamps,
  credential: string,
  request: RequestFacts,
): Promise<void> {
  const credentialClass = credentialClassOf(credential);
  if (credentialClass === 'owner_key') {
    const record = await records.ownerKey(credential);
    if (record === undefined) return;
    request.attribute({ credentialClass, credentialId: record.id, ownerId: record.ownerId });
    stamps.seenInUrl(credentialClass, record.id);
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
  // A ticket is gone within the minute, and nothing of it is kept that could be shown.
  if (credentialClass === 'embed_ticket') return;
  const record =
    credentialClass === 'embed_token' ? await records.embedToken(credential) : await records.clientToken(credential);
  if (record === undefined) return;
  const { id: credentialId, ownerId, workspaceId } = record;
  request.attribute({ credentialClass, credentialId, ownerId, workspaceId });
  stamps.seenInUrl(credentialClass, credentialId);
}
