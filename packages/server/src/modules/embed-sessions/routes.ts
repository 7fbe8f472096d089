import {
  HelloAnswer,
  HelloRequest,
  RedeemedSession,
  RedeemRequest,
  RefreshedSession,
  SessionRequest,
  SessionTicket,
} from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import { defineRoute, type RequestFacts, type Route } from '../../platform/http/index.ts';
import type { MintDeps } from './mint.ts';
import { sayHello } from './hello.ts';
import { openSession, type SessionDeps } from './open.ts';
import { redeem } from './redeem.ts';
import { refreshSession } from './refresh.ts';

const tag = 'Embed sessions';

export function embedSessionRoutes(deps: SessionDeps & MintDeps): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/embed/hello',
      scope: 'public',
      host: 'embed',
      tag,
      summary: 'What a page shows before anybody opens its widget; mints nothing',
      status: 200,
      body: HelloRequest,
      response: HelloAnswer,
      errors: [
        'invalid_token',
        'mixed_auth',
        'origin_not_allowed',
        'permission_denied',
        'workspace_disabled',
        'rate_limited',
      ],
      cors: true,
      longOperation: ({ body, request }) => sayHello(deps, body, request),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/embed/sessions',
      scope: 'public',
      host: 'embed',
      tag,
      summary: 'Exchange a client token or an embed token for a ticket',
      body: SessionRequest,
      response: SessionTicket,
      errors: [
        'missing_auth',
        'invalid_token',
        'mixed_auth',
        'origin_not_allowed',
        'permission_denied',
        'workspace_disabled',
        'rate_limited',
      ],
      cors: true,
      accessLogged: true,
      longOperation: ({ body, request }) => openSession(deps, body, request),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/embed/sessions/redeem',
      scope: 'public',
      host: 'embed',
      tag,
      summary: 'Redeem a ticket, once, or the token of a copied URL, for a session',
      status: 200,
      body: RedeemRequest,
      response: RedeemedSession,
      errors: [
        'invalid_token',
        'mixed_auth',
        'origin_not_allowed',
        'permission_denied',
        'workspace_disabled',
        'rate_limited',
      ],
      accessLogged: true,
      async longOperation({ body, request }) {
        refuseForeignOrigin(deps, request);
        return redeem(deps, body, request);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/embed/sessions/refresh',
      scope: 'embed',
      tag,
      summary: 'The next token of the same session',
      status: 200,
      response: RefreshedSession,
      accessLogged: true,
      longOperation: ({ principal }) => refreshSession(deps, principal),
    }),
  ];
}

/** Only our own frames redeem; a page that got hold of a ticket cannot even ask. */
function refuseForeignOrigin({ access }: SessionDeps, { origin }: RequestFacts): void {
  if (origin === undefined || access.ownOrigins.has(origin)) return;
  throw new AppError('origin_not_allowed', {
    reason: 'redeem_from_foreign_origin',
    message: 'Tickets are redeemed inside the frame only.',
    hint: 'Hand the ticket to the frame.',
  });
}
