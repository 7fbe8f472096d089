import { CurrentSession, DashboardSessionList, Id, pageQuery } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  defineRoute,
  pageOf,
  toPage,
  type OwnerPrincipal,
  type RequestFacts,
  type Route,
} from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { setSessionCookie } from './cookie.ts';
import { presentCurrentSession, presentSession } from './present.ts';
import { endSession, endSessions, readDashboardSessionRecord, selectSessions, type SessionsOf } from './store.ts';

const tag = 'Dashboard sessions';
const currentPath = '/v1/dashboard-sessions/current';

/** Sessions once there are some; the sign-ins that make them are elsewhere. */
export function dashboardSessionRoutes(deps: {
  clock: Clock;
  random: Random;
  publicUrl: string;
  embedUrl: string;
}): Route[] {
  const { clock, publicUrl, embedUrl } = deps;
  const forgetCookie = (request: RequestFacts): void => request.setHeader('set-cookie', setSessionCookie(publicUrl));

  return [
    defineRoute({
      method: 'GET',
      path: currentPath,
      scope: 'owner',
      tag,
      summary: 'The session of this cookie, and what the dashboard needs to begin',
      response: CurrentSession,
      errors: ['not_found'],
      async operation({ tx, principal }) {
        const { id, csrfToken } = currentOf(principal);
        const record = await readDashboardSessionRecord(tx, id);
        if (record === undefined) throw notFound('session');
        return presentCurrentSession(record, principal, { csrfToken, publicUrl, embedUrl });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/dashboard-sessions',
      scope: 'owner',
      tag,
      summary: 'Sessions that are signed in, newest first: your own, and to an admin those of everybody',
      query: Type.Object(pageQuery),
      response: DashboardSessionList,
      async operation({ tx, query, principal }) {
        const page = pageOf(query);
        const records = await selectSessions(tx, page, {
          whose: principal.role === 'admin' ? 'owner' : ownSessionsOf(principal),
          now: new Date(clock.now()),
        });
        return toPage(records, page, {
          startOf: (record) => ({ at: record.createdAt, id: record.id }),
          present: (record) => presentSession(record, principal.dashboardSession?.id),
        });
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: currentPath,
      scope: 'owner',
      tag,
      summary: 'Sign out',
      errors: ['not_found'],
      async operation(call) {
        const { id } = currentOf(call.principal);
        await endSession(call.tx, id, { whose: 'owner', at: new Date(clock.now()) });
        await recordAudit(deps, call, { event: 'dashboard-session.ended', targetId: id });
        forgetCookie(call.request);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/dashboard-sessions/:id',
      scope: 'owner',
      tag,
      summary: 'Sign another browser out; an admin ends the sessions of everybody',
      params: Type.Object({ id: Id }),
      errors: ['not_found'],
      async operation(call) {
        const { principal, params } = call;
        const whose = principal.role === 'admin' ? 'owner' : ownSessionsOf(principal);
        const outcome = await endSession(call.tx, params.id, { whose, at: new Date(clock.now()) });
        if (outcome === 'absent') throw notFound('session');
        if (params.id === principal.dashboardSession?.id) forgetCookie(call.request);
        if (outcome === 'was') return;
        await recordAudit(deps, call, { event: 'dashboard-session.ended', targetId: params.id });
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/dashboard-sessions',
      scope: 'owner',
      tag,
      summary: 'Sign out everywhere: every session of this person, or of this owner key',
      async operation(call) {
        const { principal, request } = call;
        const ended = await endSessions(call.tx, { whose: ownSessionsOf(principal), at: new Date(clock.now()) });
        if (principal.dashboardSession !== undefined) forgetCookie(request);
        if (ended === 0) return;
        await recordAudit(deps, call, {
          event: 'dashboard-session.ended-everywhere',
          targetId: principal.credentialId,
          detail: { sessions: ended },
        });
      },
    }),
  ];
}

/** The session that asks. A key or an access token of its own is none, and there is nothing by that name for it. */
function currentOf({ dashboardSession }: OwnerPrincipal): { id: string; csrfToken: string } {
  if (dashboardSession !== undefined) return dashboardSession;
  throw notFound('session');
}

function ownSessionsOf(principal: OwnerPrincipal): Exclude<SessionsOf, 'owner'> {
  switch (principal.class) {
    case 'owner_key':
      return { ownerKeyId: principal.credentialId };
    case 'member':
      return { memberId: principal.credentialId };
    case 'oidc_user':
      return { subject: principal.credentialId };
  }
}
