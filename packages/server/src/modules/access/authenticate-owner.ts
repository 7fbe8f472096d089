import { AppError } from '../../platform/app-error.ts';
import type { AuthenticationInput, OwnerPrincipal } from '../../platform/http/index.ts';
import { bearerOf } from './bearer.ts';
import { verifyOwnerKey, type Access } from './verify-credential.ts';
import { verifyUser } from './verify-user.ts';

const otherCredentialHeaders = ['x-microapp-embed-token', 'x-embed-token', 'x-api-key'];

/** The form of a signed JWT. No opaque credential of ours has a dot in it. */
const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Authenticates a management request: an owner key or an access token as bearer, from a server or from our own pages. */
export async function authenticateOwner(
  access: Access,
  input: AuthenticationInput,
  publicUrl: string,
): Promise<OwnerPrincipal> {
  const bearer = bearerOf(input.header('authorization'));
  const others = otherCredentialHeaders.filter((name) => input.header(name) !== undefined);
  if (bearer === undefined) {
    throw new AppError('missing_auth', {
      reason: others.length > 0 ? `only ${others.join(', ')}` : 'no_credential',
      hint: 'Send an owner key, "Authorization: Bearer mk_…", or an access token of your identity provider.',
    });
  }
  if (others.length > 0) throw new AppError('mixed_auth', { reason: `bearer and ${others.join(', ')}` });
  const verify = jwtForm.test(bearer) ? verifyUser : verifyOwnerKey;
  const principal = await verify(access, bearer, input.attribute);
  checkManagementOrigin(input, publicUrl);
  return principal;
}

/** A browser on a foreign page must not manage anything, whatever was pasted into that page. */
function checkManagementOrigin(input: AuthenticationInput, publicUrl: string): void {
  const { origin } = input;
  if (origin === undefined || origin === publicUrl) return;
  if (input.header('sec-fetch-site') === 'same-origin') return;
  throw new AppError('origin_not_allowed', {
    reason: 'management_from_foreign_origin',
    message: 'Management does not work from other sites.',
    hint: 'Keep owner keys and access tokens on your server and call from there. If a key stood in a page, rotate it.',
  });
}
