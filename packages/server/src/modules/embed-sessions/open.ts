import {
  originMatches,
  type HostLanguages,
  type SessionRequest,
  type SessionTicket,
  type SessionUi,
} from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { Database } from '../../platform/db/index.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import {
  checkForm,
  checkListed,
  verifyClientToken,
  verifyEmbedToken,
  type Access,
  type EmbedRecord,
} from '../access/index.ts';
import type { Sightings } from '../surfaces/index.ts';
import { ticketTtlSeconds } from './limits.ts';
import type { MintLimits } from './mint-limits.ts';
import { insertTicket } from './store.ts';
import { forHostPage, readSessionUi } from './ui.ts';

export type SessionDeps = {
  access: Access;
  limits: MintLimits;
  sightings: Pick<Sightings, 'note'>;
  db: Database;
  clock: Clock;
  random: Random;
  embedUrl: string;
  /** What the page around a frame says, as the frames were built. */
  hostLanguages: HostLanguages;
};
type Body = Static<typeof SessionRequest>;
type Grant = { record: EmbedRecord; origin: string; apps: readonly string[]; frameUrl: string };

/**
 * The session endpoint: exchanges a credential for a ticket, which is good once, for a minute, and worthless to the
 * page that carries it. Three callers, told apart by what they present and where the browser says they are:
 *
 *   a host page       body `key` (client token); its Origin must be listed
 *   a frame           header x-microapp-embed-token, our own Origin; body `parentOrigin` must be listed
 *   a host page or    the same header; a listed Origin, or none and body `app` and `origin`
 *   a backend
 *
 * Cheapest first: a well-formed credential, then what the address may still ask for, then the look-up, the origin and
 * the scope, and last what is left of the credential's own allowance, which a refusal before it does not touch.
 */
export async function openSession(
  deps: SessionDeps,
  body: Body,
  request: RequestFacts,
): Promise<Static<typeof SessionTicket>> {
  const embedToken = request.header('x-microapp-embed-token');
  // Before any check: an app that is asked for in vain is what its owner wants to read about.
  request.attribute({ app: body.app });
  refuseMixed(body.key, embedToken, request);
  const grant =
    body.key === undefined
      ? await grantToEmbedToken(deps, embedToken, body, request)
      : await grantToClientToken(deps, body.key, body, request);
  checkWorkspaceAssertion(grant.record, body.workspaceId);
  request.attribute({ app: onlyOne(grant.apps) });
  await deps.limits.countMint(grant.record);
  const { ui, ...ticket } = await issueTicket(deps, grant);
  return { ...ticket, ui: forHostPage(deps.hostLanguages, ui, body.locale, request) };
}

function refuseMixed(key: string | undefined, embedToken: string | undefined, request: RequestFacts): void {
  const others = ['authorization', 'x-api-key'].filter((name) => request.header(name) !== undefined);
  if (key !== undefined && embedToken !== undefined) {
    throw new AppError('mixed_auth', { reason: 'client token and embed token' });
  }
  if (key === undefined && embedToken === undefined) {
    throw new AppError('missing_auth', {
      reason: others.length > 0 ? `only ${others.join(', ')}` : 'no_credential',
      hint: 'Send a client token as "key" in the body, or an embed token in the header x-microapp-embed-token.',
    });
  }
  if (others.length > 0) throw new AppError('mixed_auth', { reason: `with ${others.join(', ')}` });
}

async function grantToClientToken(deps: SessionDeps, key: string, body: Body, request: RequestFacts): Promise<Grant> {
  checkForm('client_token', key);
  await deps.limits.countMintOf(request.address);
  const record = await deps.limits.countFailures(request.address, () =>
    verifyClientToken(deps.access, key, request.attribute),
  );
  const origin = listedOrigin(deps, record, request.origin, request);
  const apps = body.app === undefined ? record.apps : [appInScope(record, body.app)];
  return { record, origin, apps, frameUrl: `${deps.embedUrl}/embed/surfaces/${record.surfaceId}` };
}

async function grantToEmbedToken(
  deps: SessionDeps,
  token: string = '',
  body: Body,
  request: RequestFacts,
): Promise<Grant> {
  checkForm('embed_token', token);
  const record = await deps.limits.countFailures(request.address, () =>
    verifyEmbedToken(deps.access, token, request.attribute),
  );
  // A server asks for all of its visitors, from one address; that it is one is said by the record, which nobody forges.
  if (record.use !== 'server') await deps.limits.countMintOf(request.address);
  if (record.use === 'server' && request.origin !== undefined) {
    throw new AppError('origin_not_allowed', {
      reason: 'server_token_in_browser',
      message: 'This token is for servers and was sent by a browser.',
      hint: 'Issue a token for a widget or an iframe, or ask for the ticket from your server.',
    });
  }
  const origin = listedOrigin(deps, record, attestedOrigin(deps, body, request), request);
  const app = appInScope(record, body.app ?? onlyApp(record));
  return { record, origin, apps: [app], frameUrl: `${deps.embedUrl}/embed/apps/${app}?for=${record.id}` };
}

/** The customer's origin, from whoever can vouch for it: the frame, the browser, or the holder's own backend. */
function attestedOrigin(deps: SessionDeps, body: Body, request: RequestFacts): string {
  if (request.origin === undefined) {
    if (body.origin !== undefined) return body.origin;
    throw invalid([{ path: 'origin', message: 'is required from a server: the origin of the page that will embed' }]);
  }
  if (!deps.access.ownOrigins.has(request.origin)) return request.origin;
  if (body.parentOrigin !== undefined) return body.parentOrigin;
  throw invalid([{ path: 'parentOrigin', message: 'is required from a frame: the origin that sent INIT' }]);
}

/** The origin, if it is on the record's list. Either way the owner can read on which page it was. */
export function listedOrigin(
  { sightings }: Pick<SessionDeps, 'sightings'>,
  record: EmbedRecord,
  origin: string | undefined,
  request: RequestFacts,
): string {
  // Before it is judged: a page that is refused is the one that an owner wants to see.
  if (origin !== undefined) request.attribute({ origin });
  if (origin !== undefined && record.class === 'client_token') {
    sightings.note(record, origin, originMatches(record.allowedOrigins, origin) ? 'allowed' : 'refused');
  }
  checkListed(record, origin);
  if (origin === undefined) throw new AppError('origin_not_allowed', { reason: 'no_origin' });
  return origin;
}

function onlyApp(record: EmbedRecord): string {
  const [app, ...others] = record.apps;
  if (app !== undefined && others.length === 0) return app;
  throw invalid([{ path: 'app', message: 'is required: this token is for several apps' }]);
}

/** The app of a session that is for one; a session for several is about none in particular. */
export function onlyOne(apps: readonly string[]): string | undefined {
  return apps.length === 1 ? apps[0] : undefined;
}

function appInScope(record: EmbedRecord, app: string): string {
  if (record.apps.includes(app)) return app;
  throw new AppError('permission_denied', { reason: 'app_not_in_scope' });
}

/** A `workspaceId` in the body asserts; it never chooses. */
export function checkWorkspaceAssertion(record: { workspaceId: string }, asserted: string | undefined): void {
  if (asserted === undefined || asserted === record.workspaceId) return;
  throw new AppError('permission_denied', { reason: 'workspace_assertion_failed' });
}

async function issueTicket(
  deps: SessionDeps,
  grant: Grant,
): Promise<Omit<Static<typeof SessionTicket>, 'ui'> & { ui: Static<typeof SessionUi> }> {
  const { record, origin, apps, frameUrl } = grant;
  const { secret, hash } = freshCredential(deps.random, 'embed_ticket');
  const now = deps.clock.now();
  const ui = await deps.db.withWorkspace(record, async (tx) => {
    await insertTicket(tx, {
      secret_hash: hash,
      owner_id: record.ownerId,
      workspace_id: record.workspaceId,
      surface_id: record.surfaceId ?? null,
      credential_class: record.class,
      credential_id: record.id,
      credential_version: record.version,
      apps: [...apps],
      origin,
      created_at: new Date(now),
      expires_at: new Date(now + ticketTtlSeconds * 1000),
    });
    return readSessionUi(tx, record, apps);
  });
  return { ticket: secret.reveal(), frameUrl, expiresIn: ticketTtlSeconds, ui };
}
