import { credentialClassOf } from '@microapp/contract';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { AuthenticationInput, EmbedPrincipal } from '../../platform/http/index.ts';
import { equalSecrets } from '../../platform/secret.ts';
import { attributingMisplaced } from './attribute-misplaced.ts';
import { authenticateServer } from './authenticate-api-key.ts';
import { bearerOf } from './bearer.ts';
import { checkCallerOrigin } from './standing.ts';
import { missingCredential, presentsNothing, verifyAnonymous } from './verify-anonymous.ts';
import { principalOf, verifyEmbedToken, verifySession, type Access } from './verify-credential.ts';

/**
 * Authenticates a request of the embed API. Two doors, and none is a fallback for the other:
 *
 *   with `embed=1`     only `x-microapp-embed-token`; an Authorization header beside it is tolerated if it carries the
 *                      same token, and is nothing when it is alone
 *   without            only an embed session as bearer; on routes that take one, an API key instead; on routes of what
 *                      may be open to everybody, nothing at all
 */
export async function authenticateEmbed(access: Access, input: AuthenticationInput): Promise<EmbedPrincipal> {
  const mode = input.query['embed'];
  if (mode !== undefined && mode !== '1') {
    throw invalid([{ path: 'embed', message: 'is given once, as embed=1, or not at all' }]);
  }
  const embedToken = input.header('x-microapp-embed-token');
  const apiKey = input.header('x-api-key');
  if (mode === undefined && input.takesApiKey && apiKey !== undefined && input.header('authorization') === undefined) {
    return authenticateServer(access, input, apiKey);
  }
  if (mode === undefined && input.openTarget !== undefined && presentsNothing(input)) {
    return verifyAnonymous(access, input.openTarget, input.attribute);
  }
  return attributingMisplaced(access, input, () =>
    mode === '1'
      ? authenticateEmbedMode(access, input, embedToken)
      : authenticateSessionMode(access, input, embedToken),
  );
}

async function authenticateEmbedMode(
  access: Access,
  input: AuthenticationInput,
  token: string | undefined,
): Promise<EmbedPrincipal> {
  const authorization = input.header('authorization');
  if (token === undefined) {
    throw new AppError('missing_auth', {
      reason: authorization === undefined ? 'no_credential' : 'authorization_alone_in_embed_mode',
      hint:
        authorization === undefined
          ? 'Send the embed token in the header x-microapp-embed-token.'
          : 'With embed=1 the Authorization header does not count. Send x-microapp-embed-token instead.',
    });
  }
  refuseOthersBeside(input, 'embed token');
  if (authorization !== undefined && !equalSecrets(bearerOf(authorization) ?? '', token)) {
    throw new AppError('mixed_auth', { reason: 'embed token and another authorization' });
  }
  const record = await verifyEmbedToken(access, token, input.attribute);
  checkCallerOrigin(record, input.origin, access.ownOrigins);
  return { ...principalOf(record), origin: input.origin };
}

async function authenticateSessionMode(
  access: Access,
  input: AuthenticationInput,
  embedToken: string | undefined,
): Promise<EmbedPrincipal> {
  const authorization = input.header('authorization');
  if (embedToken !== undefined) {
    if (authorization !== undefined) throw new AppError('mixed_auth', { reason: 'embed token and authorization' });
    throw new AppError('invalid_token', {
      reason: 'embed_token_without_embed_mode',
      hint: 'Add ?embed=1 to the address.',
    });
  }
  const token = bearerOf(authorization);
  if (token === undefined) throw missingCredential('no_credential');
  refuseOthersBeside(input, 'bearer');
  const otherClass = credentialClassOf(token);
  if (otherClass !== undefined) {
    throw new AppError('invalid_token', {
      reason: `wrong_class: ${otherClass}`,
      ...(otherClass === 'embed_token'
        ? { hint: 'Add ?embed=1 to the address and send the token in the header x-microapp-embed-token.' }
        : { hint: 'Embeds take an embed token or a session. Keep owner keys on your server.' }),
    });
  }
  const principal = await verifySession(access, token, input.attribute);
  if (input.origin !== undefined && !access.ownOrigins.has(input.origin)) {
    throw new AppError('origin_not_allowed', {
      reason: 'session_from_foreign_origin',
      message: 'A session works inside its frame only.',
      hint: 'Let the frame make this request.',
    });
  }
  return principal;
}

function refuseOthersBeside(input: AuthenticationInput, presented: string): void {
  const others = ['x-api-key', 'x-embed-token'].filter((name) => input.header(name) !== undefined);
  if (others.length > 0) throw new AppError('mixed_auth', { reason: `${presented} and ${others.join(', ')}` });
}
