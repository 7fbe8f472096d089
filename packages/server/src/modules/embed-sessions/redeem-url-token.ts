import type { RedeemRequest, RedeemedSession } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError } from '../../platform/app-error.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import { newId } from '../../platform/random.ts';
import { checkListed, principalOf, verifyUrlToken } from '../access/index.ts';
import { mintSession, type MintDeps } from './mint.ts';
import { checkWorkspaceAssertion, type SessionDeps } from './open.ts';
import { readSessionUi } from './ui.ts';

type Body = Static<typeof RedeemRequest> & { urlToken: string };

/**
 * Redeems the token of a copied URL for a session. It is good as often as the frame is loaded, until it expires or its
 * embed token is revoked, rotated or disabled.
 *
 * `parentOrigin` is what the frame's own script learned from its browser, and has to be on the list. `for` is what its
 * address says: the document was sent with the `frame-ancestors` of that record, so an address that names another one,
 * or none, has not been through the wall that this token belongs behind.
 */
export async function redeemUrlToken(
  deps: SessionDeps & MintDeps,
  body: Body,
  request: RequestFacts,
): Promise<Static<typeof RedeemedSession>> {
  const { parentOrigin: origin } = body;
  await deps.limits.countMintOf(request.address);
  const { record, app } = await deps.limits.countFailures(request.address, () =>
    verifyUrlToken(deps.access, body.urlToken, request.attribute),
  );
  request.attribute({ origin, app });
  if (body.for !== undefined && body.for !== record.id) {
    throw new AppError('invalid_token', { reason: 'url_token_of_another_frame' });
  }
  checkListed(record, origin);
  checkWorkspaceAssertion(record, body.workspaceId);
  await deps.limits.countMint(record);

  const apps = record.apps.filter((slug) => slug === app);
  const config = await deps.db.withWorkspace(record, (tx) => readSessionUi(tx, record, apps));
  const visitorId = newId(deps.random, 'visitor');
  const session = await mintSession(
    deps,
    { ...principalOf(record), apps },
    { visitorId, authTime: Math.floor(deps.clock.now() / 1000), origin },
  );
  return { ...session, visitorId, config };
}
