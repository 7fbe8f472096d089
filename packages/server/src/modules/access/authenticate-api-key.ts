import { originMatches } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { ApiKeyPrincipal, AuthenticationInput, EmbedPrincipal } from '../../platform/http/index.ts';
import type { ApiKeyRecord } from './api-key-records.ts';
import { checkHome, principalOfApiKey, verifyApiKey, verifySignedToken } from './verify-api-key.ts';
import type { Access } from './verify-credential.ts';

const credentialHeaders = ['x-api-key', 'x-embed-token', 'authorization', 'x-microapp-embed-token'];

/** Authenticates a request for recordings: an API key, or a token signed with one, each in its own header and alone. */
export async function authenticateApiKey(access: Access, input: AuthenticationInput): Promise<ApiKeyPrincipal> {
  const apiKey = input.header('x-api-key');
  const signedToken = input.header('x-embed-token');
  const present = credentialHeaders.filter((name) => input.header(name) !== undefined);
  if (apiKey === undefined && signedToken === undefined) {
    throw new AppError('missing_auth', {
      reason: present.length > 0 ? `only ${present.join(', ')}` : 'no_credential',
      message: 'Unauthorized',
      hint: 'Send an API key in the header X-API-Key, or a signed token in X-Embed-Token.',
    });
  }
  refuseOthers(present);
  if (apiKey !== undefined) {
    const record = await verifyApiKey(access, apiKey, input.attribute);
    refuseBrowsers(access, input.origin);
    return { ...principalOfApiKey(record), origin: input.origin };
  }
  const { principal, record } = await verifySignedToken(access, signedToken ?? '', input.attribute);
  checkOriginOfToken(access, record, input.origin);
  return { ...principal, origin: input.origin };
}

/**
 * Authenticates an interactive API key that uses an app from a server, in the workspace that it is bound to or else in its
 * owner's own. The caller has seen the header.
 */
export async function authenticateServer(
  access: Access,
  input: AuthenticationInput,
  apiKey: string,
): Promise<EmbedPrincipal> {
  refuseOthers(credentialHeaders.filter((name) => input.header(name) !== undefined));
  const record = await verifyApiKey(access, apiKey, input.attribute);
  refuseBrowsers(access, input.origin);
  const { home } = record;
  if (home === undefined) {
    throw new AppError('permission_denied', {
      reason: 'owner_has_no_workspace',
      hint: 'Create a workspace, and bind the key to it.',
    });
  }
  input.attribute({ workspaceId: home.id });
  checkHome(home);
  const { permissions } = principalOfApiKey(record);
  return {
    class: 'api_key',
    credentialClass: 'api_key',
    credentialId: record.id,
    version: record.version,
    ownerId: record.ownerId,
    workspaceId: home.id,
    surfaceId: undefined,
    apps: record.apps,
    permissions: permissions.filter((word) => word === 'tool:run' && home.features.includes(word)),
    allowedOrigins: [],
    environment: 'production',
    origin: input.origin,
    session: undefined,
  };
}

function refuseOthers(present: readonly string[]): void {
  if (present.length > 1) throw new AppError('mixed_auth', { reason: present.join(' and ') });
}

/** An API key in a page is a key that is lost: it signs tokens and opens everything that it is for. */
function refuseBrowsers({ ownOrigins }: Access, origin: string | undefined): void {
  if (origin === undefined || ownOrigins.has(origin)) return;
  throw new AppError('origin_not_allowed', {
    reason: 'api_key_from_foreign_origin',
    message: 'API keys do not work from other sites.',
    hint: 'Keep the API key on your server and call from there. If it stood in a page, revoke it.',
  });
}

/** Made to be handed to browsers, on the pages that the key lists; from our own and from servers in any case. */
function checkOriginOfToken({ ownOrigins }: Access, record: ApiKeyRecord, origin: string | undefined): void {
  if (origin === undefined || ownOrigins.has(origin) || originMatches(record.allowedOrigins, origin)) return;
  throw new AppError('origin_not_allowed', {
    reason: 'origin_not_listed',
    message: `The origin ${origin.slice(0, 300)} is not allowed.`,
    hint: 'Add the origin to the allowed origins of the API key.',
  });
}
