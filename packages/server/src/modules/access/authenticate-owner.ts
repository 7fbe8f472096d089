import { AppError } from '../../platform/app-error.ts';
import type { AuthenticationInput, OwnerPrincipal } from '../../platform/http/index.ts';
import { readSessionCookie } from '../dashboard-sessions/index.ts';
import { bearerOf } from './bearer.ts';
import { checkOwnPage } from './standing.ts';
import { verifyOwnerKey, type Access } from './verify-credential.ts';
import { verifyDashboardRequest } from './verify-dashboard-session.ts';
import { verifyUser } from './verify-user.ts';

const otherCredentialHeaders = ['x-microapp-embed-token', 'x-embed-token', 'x-api-key'];

/** The form of a signed JWT. No opaque credential of ours has a dot in it. */
const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Authenticates a management request: an owner key or an access token as bearer, from a server or from our own pages, or
 * the cookie of a session, from our own pages. An Authorization header decides, whatever it holds: a cookie beside it is
 * not looked at, and is never what is fallen back on.
 */
export async function authenticateOwner(
  access: Access,
  input: AuthenticationInput,
  publicUrl: string,
): Promise<OwnerPrincipal> {
  const authorization = input.header('authorization');
  const bearer = bearerOf(authorization);
  const others = otherCredentialHeaders.filter((name) => input.header(name) !== undefined);
  const session = authorization === undefined ? readSessionCookie(input.header('cookie'), publicUrl) : undefined;
  if (session !== undefined) {
    if (others.length > 0) throw new AppError('mixed_auth', { reason: `dashboard session and ${others.join(', ')}` });
    return verifyDashboardRequest(access, input, { secret: session, publicUrl });
  }
  if (bearer === undefined) {
    throw new AppError('missing_auth', {
      reason: others.length > 0 ? `only ${others.join(', ')}` : 'no_credential',
      hint: 'Send an owner key, "Authorization: Bearer mk_…", or an access token of your identity provider.',
    });
  }
  if (others.length > 0) throw new AppError('mixed_auth', { reason: `bearer and ${others.join(', ')}` });
  const verify = jwtForm.test(bearer) ? verifyUser : verifyOwnerKey;
  const principal = await verify(access, bearer, input.attribute);
  checkOwnPage(input, publicUrl);
  return principal;
}
