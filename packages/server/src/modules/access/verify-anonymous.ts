import { isSlug } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { AuthenticationInput, EmbedPrincipal } from '../../platform/http/index.ts';
import type { PublicToolRecord } from './public-tool-records.ts';
import type { Access } from './verify-credential.ts';

/** What stands for a credential's id where there is no credential. */
const nobody = 'anonymous';

/** Where a credential is looked for, and a cookie, which is one somewhere else. */
const credentialHeaders = ['authorization', 'x-microapp-embed-token', 'x-api-key', 'x-embed-token', 'cookie'];

/**
 * Whether a request brings nothing at all that could be a credential, even a bad, empty or misplaced one: whoever means to
 * be somebody is told when that fails, and is never let in as nobody instead.
 */
export function presentsNothing(input: AuthenticationInput): boolean {
  return credentialHeaders.every((name) => input.header(name) === undefined);
}

/**
 * Nobody in particular, on a tool whose owner has opened it to everybody. Of every other slug the answer is the one to
 * any request without a credential, so that it says nothing of what there is. The Origin header proves nothing here: any
 * page may call, and none is attested.
 */
export async function verifyAnonymous(
  access: Access,
  slug: string,
  attribute: AuthenticationInput['attribute'],
): Promise<EmbedPrincipal> {
  // What is no slug is not looked up: it may be text that the database cannot even compare.
  const record = isSlug(slug) ? await access.records.publicTool(slug) : undefined;
  if (record === undefined) throw missingCredential('no_credential');
  const { ownerId, home } = record;
  attribute({ credentialClass: 'anonymous', credentialId: nobody, ownerId, workspaceId: home.id });
  checkStanding(record);
  return {
    class: 'anonymous',
    credentialClass: 'anonymous',
    credentialId: nobody,
    version: 0,
    ownerId,
    workspaceId: home.id,
    surfaceId: undefined,
    apps: [record.slug],
    permissions: home.features.filter((feature) => feature === 'tool:run'),
    allowedOrigins: [],
    environment: 'production',
    origin: undefined,
    openAppId: record.appId,
    session: undefined,
  };
}

/** 401 for a request that needs a credential and has none. */
export function missingCredential(reason: string): AppError {
  return new AppError('missing_auth', {
    reason,
    hint: 'Send an embed token with ?embed=1 and the header x-microapp-embed-token, or a session as bearer.',
  });
}

/** What is gone looks as if it had never been open; a disabled workspace says so, as it does to all of its credentials. */
function checkStanding({ home }: PublicToolRecord): void {
  if (!home.ownerActive) throw missingCredential('owner_disabled');
  if (home.workspaceStatus === 'deleted') throw missingCredential('workspace_deleted');
  if (home.workspaceStatus === 'disabled') throw new AppError('workspace_disabled', { reason: 'workspace_disabled' });
}
