import { isWellFormed, type RedeemRequest, type RedeemedSession } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import { newId } from '../../platform/random.ts';
import { hashSecret } from '../../platform/secret.ts';
import { checkListed, principalOf, verifyNamed, type EmbedRecord } from '../access/index.ts';
import { mintSession, type MintDeps } from './mint.ts';
import { checkWorkspaceAssertion, onlyOne, type SessionDeps } from './open.ts';
import { redeemUrlToken } from './redeem-url-token.ts';
import { findTicket, lookUpTicket, takeTicket, type TicketRow } from './store.ts';
import { readSessionUi } from './ui.ts';

type Body = Static<typeof RedeemRequest>;

/** Redeems what a frame holds: the ticket that its host gave it, or the URL token of its own address. */
export function redeem(
  deps: SessionDeps & MintDeps,
  body: Body,
  request: RequestFacts,
): Promise<Static<typeof RedeemedSession>> {
  const { ticket, urlToken } = body;
  if (ticket !== undefined && urlToken !== undefined) {
    throw new AppError('mixed_auth', { reason: 'ticket and URL token' });
  }
  if (urlToken !== undefined) return redeemUrlToken(deps, { ...body, urlToken }, request);
  if (ticket !== undefined) return redeemTicket(deps, { ...body, ticket }, request);
  throw invalid([{ path: 'ticket', message: 'is required' }]);
}

/**
 * Redeems a ticket for a session. Everything is checked before the ticket is used up, and using it up is one
 * conditional delete: a refused redeem leaves the ticket as it was, and of two at once one wins.
 */
async function redeemTicket(
  deps: SessionDeps & MintDeps,
  body: Body & { ticket: string },
  request: RequestFacts,
): Promise<Static<typeof RedeemedSession>> {
  if (!isWellFormed('embed_ticket', body.ticket)) throw new AppError('invalid_token', { reason: 'malformed' });
  const hash = hashSecret(body.ticket);
  const ticket = await deps.limits.countFailures(request.address, () => readTicket(deps, hash));
  request.attribute({
    ownerId: ticket.owner_id,
    workspaceId: ticket.workspace_id,
    origin: ticket.origin,
    app: onlyOne(ticket.apps),
  });
  checkTicket(ticket, body, deps.clock.now());
  const record = await verifyNamed(
    deps.access,
    {
      class: ticket.credential_class as EmbedRecord['class'], // the table's own check
      id: ticket.credential_id,
      version: ticket.credential_version,
      ownerId: ticket.owner_id,
      workspaceId: ticket.workspace_id,
    },
    request.attribute,
  );
  checkListed(record, ticket.origin);
  checkWorkspaceAssertion(record, body.workspaceId);

  const now = deps.clock.now();
  const apps = record.apps.filter((app) => ticket.apps.includes(app));
  const config = await deps.db.withWorkspace(record, async (tx) => {
    const taken = await takeTicket(tx, hash, new Date(now));
    if (!taken) throw new AppError('invalid_token', { reason: 'ticket_used' });
    return readSessionUi(tx, record, apps);
  });

  const visitorId = newId(deps.random, 'visitor');
  const session = await mintSession(
    deps,
    { ...principalOf(record), apps },
    { visitorId, authTime: Math.floor(now / 1000), origin: ticket.origin },
  );
  return { ...session, visitorId, config };
}

async function readTicket({ db }: SessionDeps, hash: Buffer): Promise<TicketRow> {
  const found = await db.withSystem('embed-sessions.look-up', (tx) => lookUpTicket(tx, hash));
  const ticket = found && (await db.withWorkspace(found, (tx) => findTicket(tx, hash)));
  if (ticket === undefined) throw new AppError('invalid_token', { reason: 'ticket_unknown_or_used' });
  return ticket;
}

function checkTicket(ticket: TicketRow, body: Body, now: number): void {
  if (ticket.expires_at.getTime() <= now) throw new AppError('invalid_token', { reason: 'ticket_expired' });
  if ((body.surfaceId ?? null) !== ticket.surface_id) {
    throw new AppError('invalid_token', { reason: 'ticket_of_another_surface' });
  }
  if (body.parentOrigin !== ticket.origin) {
    throw new AppError('origin_not_allowed', {
      reason: 'ticket_of_another_origin',
      message: 'This ticket was made for another page.',
      hint: 'Ask the host page for a new ticket.',
    });
  }
}
