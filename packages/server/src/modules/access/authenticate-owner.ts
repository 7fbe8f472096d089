import { AppError } from '../../platform/app-error.ts';
import type { AuthenticationInput, OwnerPrincipal } from '../../platform/http/index.ts';
import { bearerOf } from './bearer.ts';
import { verifyOwnerKey, type Access } from './verify-credential.ts';

const otherCredentialHeaders = ['x-microapp-embed-token', 'x-embed-token', 'x-api-key'];

/** Authenticates a management request: an owner key as bearer, from a server or from our own pages. */
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
      hint: 'Send an owner key: "Authorization: Bearer mk_…".',
    });
  }
  if (others.length > 0) throw new AppError('mixed_auth', { reason: `bearer and ${others.join(', ')}` });
  const principal = await verifyOwnerKey(access, bearer, input.attribute);
  checkManagementOrigin(input, publicUrl);
  return principal;
}

/** A browser on a foreign page must not manage anything, whatever key was pasted into that page. */
function checkManagementOrigin(input: AuthenticationInput, publicUrl: string): void {
  const { origin } = input;
  if (origin === undefined || origin === publicUrl) return;
  if (input.header('sec-fetch-site') === 'same-origin') return;
  throw new AppError('origin_not_allowed', {
    reason: 'management_from_foreign_origin',
    message: 'Owner keys do not work from other sites.',
    hint: 'Keep the owner key on your server and call from there. If it stood in a page, rotate it.',
  });
}
