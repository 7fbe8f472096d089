import { credentialClassOf } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Attribution, AuthenticationInput } from '../../platform/http/index.ts';
import { bearerOf } from './bearer.ts';
import type { CredentialRecords } from './records.ts';

/**
 * Authenticates, and when what was sent is a credential of another kind, finds out whose it is before it is refused. The
 * answer is the same; but its owner must be able to read about it, above all of an owner key that got into a page.
 */
export async function attributingMisplaced<Principal>(
  { records }: { records: CredentialRecords },
  input: AuthenticationInput,
  authenticate: () => Promise<Principal>,
): Promise<Principal> {
  try {
    return await authenticate();
  } catch (error) {
    if (error instanceof AppError && error.reason?.startsWith('wrong_class:') === true) {
      const sent = input.header('x-microapp-embed-token') ?? bearerOf(input.header('authorization'));
      const holder = sent === undefined ? undefined : await findHolder(records, sent);
      if (holder !== undefined) input.attribute(holder);
    }
    throw error;
  }
}

/** Whose credential this is, of those that are remembered by it; tickets and sign-in links are good once and soon gone. */
async function findHolder(records: CredentialRecords, credential: string): Promise<Attribution | undefined> {
  const credentialClass = credentialClassOf(credential);
  switch (credentialClass) {
    case 'owner_key': {
      const key = await records.ownerKey(credential);
      return key && { credentialClass, credentialId: key.id, ownerId: key.ownerId };
    }
    case 'embed_token':
    case 'client_token': {
      const record =
        credentialClass === 'embed_token'
          ? await records.embedToken(credential)
          : await records.clientToken(credential);
      if (record === undefined) return undefined;
      const { id: credentialId, ownerId, workspaceId } = record;
      return { credentialClass, credentialId, ownerId, workspaceId };
    }
    case 'dashboard_session': {
      const session = await records.dashboardSession(credential);
      return session && { credentialClass, credentialId: session.id, ownerId: session.ownerId };
    }
    case 'embed_ticket':
    case 'member_link':
    case undefined:
      return undefined;
  }
}
