import type { HelloAnswer, HelloRequest } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError } from '../../platform/app-error.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import { checkForm, verifyClientToken } from '../access/index.ts';
import { checkWorkspaceAssertion, listedOrigin, onlyOne, type SessionDeps } from './open.ts';
import { forHostPage, hostTexts, readSessionUi } from './ui.ts';

/**
 * What a page with a script tag asks when it is idle: how the widget should look. It mints nothing and leaves no row but
 * the sighting, "we saw your page at …". Whoever may ask, and in which order that is decided, is as at the session
 * endpoint: a page that is told yes here gets a ticket there.
 *
 * A page whose credential is not for it to send, an embed token or its own backend's, says hello without a key. It names nobody
 * and learns of nobody: it is told the words that everybody is told in its language, and nothing is looked up or kept.
 */
export async function sayHello(
  deps: SessionDeps,
  body: Static<typeof HelloRequest>,
  request: RequestFacts,
): Promise<Static<typeof HelloAnswer>> {
  refuseOtherCredentials(request);
  const { key } = body;
  if (key === undefined) return sayWords(deps, body, request);
  checkForm('client_token', key);
  await deps.limits.countHelloOf(request.address);
  const record = await deps.limits.countFailures(request.address, () =>
    verifyClientToken(deps.access, key, request.attribute),
  );
  listedOrigin(deps, record, request.origin, request);
  checkWorkspaceAssertion(record, body.workspaceId);
  request.attribute({ app: onlyOne(record.apps) });
  await deps.limits.countHello(record);
  const ui = await deps.db.withWorkspace(record, (tx) => readSessionUi(tx, record, record.apps));
  return { ui: forHostPage(deps.hostLanguages, ui, body.locale, request) };
}

async function sayWords(
  deps: SessionDeps,
  { locale, workspaceId }: Static<typeof HelloRequest>,
  request: RequestFacts,
): Promise<Static<typeof HelloAnswer>> {
  await deps.limits.countHelloOf(request.address);
  // Nobody is not in any workspace.
  if (workspaceId !== undefined) throw new AppError('permission_denied', { reason: 'workspace_assertion_failed' });
  return { ui: hostTexts(deps.hostLanguages, locale, request) };
}

function refuseOtherCredentials(request: RequestFacts): void {
  const others = ['authorization', 'x-api-key', 'x-microapp-embed-token', 'x-embed-token'].filter(
    (name) => request.header(name) !== undefined,
  );
  if (others.length > 0) throw new AppError('mixed_auth', { reason: `with ${others.join(', ')}` });
}
